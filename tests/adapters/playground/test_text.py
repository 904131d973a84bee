"""A member's words, taken apart for showing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.text import Part, labelled_links, parts

bits = st.sampled_from(
    ["[", "]", "(", ")", "https://", "http://", "a.example.org", "/x", " ", "\n", "label", "@", "é", "。", "<b>", '"']
)
typed_texts = st.one_of(st.text(max_size=80), st.lists(bits, max_size=30).map("".join))


@given(typed_texts)
def test_the_parts_read_as_what_was_typed_with_labels_in_the_place_of_their_links(typed: str) -> None:
    expected, position = "", 0
    for link in labelled_links(typed):
        if any(part.href == link.target and part.text == typed[link.start : link.end] for part in parts(typed)):
            expected += typed[position : link.start - 1] + typed[link.start : link.end]
            position = link.end + len("](") + len(link.target) + len(")")

    assert "".join(part.text for part in parts(typed)) == expected + typed[position:]


@given(typed_texts)
def test_every_link_leads_to_the_web_and_names_a_host_or_shows_it(typed: str) -> None:
    for part in parts(typed):
        if part.href:
            assert part.href.lower().startswith(("http://", "https://"))
            assert part.host or part.href == part.text


def test_a_labelled_link_shows_the_host_that_it_leads_to() -> None:
    shown = parts("See [the school page](https://Photos.Example.org/album?a=1) today")

    assert shown == [
        Part("See "),
        Part("the school page", href="https://Photos.Example.org/album?a=1", host="photos.example.org"),
        Part(" today"),
    ]


def test_a_plain_address_needs_no_host_beside_it_and_leaves_the_full_stop_out() -> None:
    assert parts("https://www.ourdistrict.org/x.") == [
        Part("https://www.ourdistrict.org/x", href="https://www.ourdistrict.org/x"),
        Part("."),
    ]


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://www.ourdistrict.org@evil.example.org/", "evil.example.org"),
        ("https://\u0430pple.example.org/", "xn--pple-43d.example.org"),
    ],
)
def test_an_address_that_pretends_to_be_another_shows_its_real_host(typed: str, host: str) -> None:
    [part] = parts(typed)

    assert part.host == host


@pytest.mark.parametrize(
    "typed", ["[x](javascript:alert(1))", "[x](data:text/html,hi)", "javascript:alert(1)", "[x]()"]
)
def test_what_is_no_web_address_stays_text(typed: str) -> None:
    assert parts(typed) == [Part(typed)]


def test_the_label_of_a_link_is_where_it_says() -> None:
    typed = "a [b c](https://example.org) d"

    [link] = labelled_links(typed)

    assert (typed[link.start : link.end], link.target) == ("b c", "https://example.org")


@pytest.mark.timeout(10)
@pytest.mark.parametrize("bit", ["[", "[a](", "https://", "[https://", "[a](https://a", "] ("])
def test_a_hundred_thousand_characters_are_taken_apart_at_once(bit: str) -> None:
    typed = (bit * 100_000)[:100_000]

    assert "".join(part.text for part in parts(typed)) == typed
