"""Markup takes time in proportion to its length, whatever stands in it, and shows what people see."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams.markup import LONGEST_MARKUP, page_of

HOSTILE = (
    "<",
    "<!--",
    "<!",
    "<?",
    "</",
    "&",
    "<a href='x'>",
    "<a ",
    "<a x=",
    "<a x='",
    "</a",
    "<div>",
    "<script>",
    "<!-- -->",
    "&#",
    "<img ",
    '<b a="',
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_markup_holds_the_house_up(piece: str) -> None:
    started = perf_counter()

    page_of(piece * ((LONGEST_MARKUP - 1) // len(piece)))

    assert perf_counter() - started < 3


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("a <!-- hidden --> b", "a <!-- hidden --> b"),
        ("1 < 2 and 3<4", "1 < 2 and 3<4"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("a<br>\nb<br><br>c", "a\nb\n\nc"),
        ("<style>p {}</style><p>a</p><script>x()</script>", "a"),
        ("x" * (LONGEST_MARKUP + 1), "x" * (LONGEST_MARKUP + 1)),
        ("\ud800", "\ufffd"),
    ],
)
def test_markup_reads_as_people_see_it(markup: str, expected: str) -> None:
    assert page_of(markup).text == expected


@given(
    st.lists(
        st.sampled_from(
            ["<a href='https://x.example.org'>", "</a>", "<div>", "</div>", "<br>", "word", " ", "\n", "é🎺", "&amp;"]
        )
    )
)
def test_links_stand_within_the_text(pieces: list[str]) -> None:
    page = page_of("".join(pieces))

    for link in page.links:
        assert 0 <= link.start < link.end <= len(page.text)
