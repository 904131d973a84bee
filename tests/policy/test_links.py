"""Links are found however they are written, and it is known where they lead."""

import pytest

from policy.message import AllowanceKind, Context
from policy.pack import Pack
from policy.reading import read
from tests.policy.building import a_context, a_message, a_pack

LINK = {"@link"}
PERSONAL = {"@link", "@link.social", "@link.personal"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return a_pack(tmp_path_factory.mktemp("links"))


@pytest.fixture(scope="module")
def strict_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return a_pack(tmp_path_factory.mktemp("strict"), links="unsponsored")


def signals(pack: Pack, text: str, *links: tuple[str, str], context: Context | None = None) -> set[str]:
    """The link signals of a message."""
    hits = read(a_message(text, links=links), context or a_context(), pack).hits
    return {group for group in hits if group.startswith("@link")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://www.instagram.com/jt_09", PERSONAL),
        ("instagram.com/jt_09", PERSONAL),
        ("hxxps://instagram[.]com/jt_09", PERSONAL),
        ("instagram dot com", PERSONAL),
        ("youtube punto com", PERSONAL),
        ("INSTAGRAM.COM", PERSONAL),
        ("linktr.ee/someone", {"@link", "@link.personal"}),
        ("someone.blogspot.com", {"@link", "@link.personal"}),
        ("youtube.com/@someone", PERSONAL),
        ("https://www.youtube.com/watch?v=aB3dE5fG7hI", {"@link", "@link.social", "@link.item"}),
        ("youtu.be/aB3dE5fG7hI", {"@link", "@link.social", "@link.item"}),
        ("https://www.youtube-nocookie.com/embed/aB3dE5fG7hI", {"@link", "@link.social", "@link.item"}),
        ("vimeo.com/someone", PERSONAL),
        ("vimeo.com/5550134", {"@link", "@link.social", "@link.item"}),
        ("someone.wordpress.com/2024/05/a-post", {"@link", "@link.item"}),
        ("someone.wordpress.com/about", {"@link", "@link.personal"}),
        ("instagram.com/2024/05/x", PERSONAL),
        ("discord.gg/abc", PERSONAL | {"@link.invite"}),
        ("chat.whatsapp.com/XyZ", PERSONAL | {"@link.invite"}),
        ("wa.me/15550134", PERSONAL),
        ("bit.ly/3xyz", {"@link", "@link.shortener"}),
        ("venmo.com/u/someone", {"@link", "@link.payment"}),
        ("mega.nz/file/x", {"@link", "@link.file_share"}),
        ("https://museum.example.org/hours", LINK),
        ("https://www.ourdistrict.org/news", LINK),
        ("docs.google.com/d/1", LINK),
        ("facebook.com/OurDistrictSchools/posts/1", LINK | {"@link.social"}),
        ("https://x.com/ourdistrictschools", LINK | {"@link.social"}),
        ("facebook.com/OurDistrictSchoolsFans", PERSONAL),
        ("notourdistrict.org", LINK),
        (f"{'a' * 63}.example.org", LINK),
        (f"{'a' * 64}.example.org", set()),
        (f"https://{'a' * 64}.example.org", LINK),
        ("see you at practice.Then home", set()),
        ("report.pdf and script.py", set()),
        ("do it.", set()),
        ("text me.now", set()),
        ("3.5 miles, 10.30 am", set()),
        ("write to coach@example.org", set()),
    ],
)
def test_what_a_link_in_the_text_leads_to(pack: Pack, text: str, expected: set[str]) -> None:
    assert signals(pack, text) == expected


def test_a_strict_pack_tells_every_site_that_the_district_does_not_sponsor(pack: Pack, strict_pack: Pack) -> None:
    assert signals(pack, "https://museum.example.org") == LINK
    assert signals(strict_pack, "https://museum.example.org") == {"@link", "@link.unsponsored"}
    assert signals(strict_pack, "https://www.ourdistrict.org") == LINK


@pytest.mark.parametrize(
    ("text", "label", "target", "is_mislabelled"),
    [
        ("see ourdistrict.org/form", "ourdistrict.org/form", "https://evil.example.com/form", True),
        ("see www.ourdistrict.org", "www.ourdistrict.org", "https://mail.ourdistrict.org/x", False),
        ("see example.org", "example.org", "http://www.example.org/", False),
        ("the form is here", "here", "https://evil.example.com/form", False),
        ("see https://example.org/a", "https://example.org/a", "https://xn--exmple-cua.org/", True),
        ("write", "write", "mailto:coach@example.org", False),
    ],
)
def test_a_label_that_names_another_host_is_told(
    pack: Pack, text: str, label: str, target: str, *, is_mislabelled: bool
) -> None:
    assert ("@link.mislabelled" in signals(pack, text, (label, target))) is is_mislabelled


def test_a_host_in_lookalike_letters_is_not_the_district(strict_pack: Pack) -> None:
    found = signals(strict_pack, "log in at www.оurdistrict.org")  # Cyrillic о

    assert {"@link.mislabelled", "@link.unsponsored"} <= found


def test_a_marked_link_counts_even_where_the_text_names_no_host(pack: Pack) -> None:
    assert signals(pack, "my page", ("my page", "https://www.tiktok.com/@someone")) == PERSONAL


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (AllowanceKind.HOST, "wa.me", "wa.me/15550134"),
        (AllowanceKind.TOOL, "*.groupme.com", "web.groupme.com/chats"),
        (AllowanceKind.ACCOUNT, "instagram.com/ourband", "instagram.com/OurBand"),
        (AllowanceKind.ACCOUNT, "@OurBand", "tiktok.com/@ourband"),
    ],
)
def test_a_channel_may_be_allowed_a_host_a_tool_or_an_account(
    pack: Pack, kind: AllowanceKind, value: str, text: str
) -> None:
    assert "@link.personal" in signals(pack, text)
    assert "@link.personal" not in signals(pack, text, context=a_context(allowances=[(kind, value)]))


def test_the_hit_covers_the_address_and_not_the_full_stop(pack: Pack) -> None:
    reading = read(a_message("Look (instagram.com/jt_09)."), a_context(), pack)

    (link,) = reading.links
    assert reading.typed(link.hit).end == len("Look (instagram.com/jt_09")


def test_more_links_than_anybody_can_follow_count_as_personal(pack: Pack) -> None:
    text = " ".join(f"site{number}.org" for number in range(2000))

    assert "@link.personal" in signals(pack, text)


@pytest.mark.parametrize(
    "target", ["", "http://", "://", "http://[::1", "javascript:alert(1)", "x" * 5000, "xn--\udcff", "http://xn--a"]
)
def test_a_target_that_is_none_does_no_harm(pack: Pack, target: str) -> None:
    assert "@link.personal" not in signals(pack, "see here", ("here", target))
