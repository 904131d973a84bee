"""What leads to a person is found however it is written; other figures and names are left alone."""

from collections.abc import Iterable

import pytest

from policy.pack import Pack
from policy.reading import read
from tests.policy.building import a_context, a_message, a_pack

NAMES = ("@phone", "@email", "@address", "@student_number", "@handle", "@student")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return a_pack(tmp_path_factory.mktemp("identifiers"))


def found(pack: Pack, text: str, students: Iterable[str] = ()) -> dict[str, list[str]]:
    """The identifiers of a text, as typed."""
    reading = read(a_message(text), a_context(students=students), pack)
    return {
        group: [text[span.start : span.end] for span in map(reading.typed, hits)]
        for group, hits in reading.hits.items()
        if group.startswith(NAMES)
    }


@pytest.mark.parametrize(
    "number",
    [
        "555-0134",
        "555 0134",
        "555.0134",
        "(860) 555-0134",
        "860-555-0134",
        "860.555.0134",
        "8605550134",
        "1-860-555-0134",
        "+1 860 555 0134",
        "+52 55 5550 0134",
        "5 5 5 0 1 3 4",
        "5-5-5-0-1-3-4",
        "５５５-０１３４",
        "555\u200b-0134",
        "five five five, oh one three four",
        "eight six oh five five five oh one three four",
        "cinco cinco cinco cero uno tres cuatro",
        "ocho sesenta cinco cincuenta y cinco cero uno treinta y cuatro",
    ],
)
def test_a_phone_number_is_found(pack: Pack, number: str) -> None:
    assert found(pack, f"reach me: {number} ok")["@phone"] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "room 134 after practice",
        "practice 3:30-5:00 on 11-21-2025",
        "2025-11-21",
        "zip 06110-1234",
        "order 1234567890123",
        "score 21-14, 28-27",
        "$555-0134",
        "call 1-800-555-0134",
        "dial 911 or 988",
        "one two three four, go",
        "version 1.2.3.4",
    ],
)
def test_other_figures_are_no_phone_number(pack: Pack, text: str) -> None:
    assert "@phone" not in found(pack, text)


@pytest.mark.parametrize(
    ("text", "address", "is_personal"),
    [
        ("write to jt09@gmail.com.", "jt09@gmail.com", True),
        ("jt09 at gmail dot com please", "jt09 at gmail dot com", True),
        ("jt09 (at) yahoo (dot) com", "jt09 (at) yahoo (dot) com", True),
        ("jt09 arroba hotmail punto com", "jt09 arroba hotmail punto com", True),
        ("JT09@EXAMPLE.ORG", "JT09@EXAMPLE.ORG", False),
    ],
)
def test_an_email_address_is_found(pack: Pack, text: str, address: str, *, is_personal: bool) -> None:
    identifiers = found(pack, text)

    assert identifiers["@email"] == [address]
    assert ("@email.personal" in identifiers) is is_personal


@pytest.mark.parametrize("text", ["coach@mail.ourdistrict.org", "look at gmailish things", "meet at noon"])
def test_the_districts_own_mail_and_plain_words_are_no_private_address(pack: Pack, text: str) -> None:
    assert "@email" not in found(pack, text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("we are at 12 Maple Street, come in", "12 Maple Street"),
        ("lives at 204b north elm ave", "204b north elm ave"),
        ("come to 9 Harbor View Drive", "9 Harbor View Drive"),
        ("vivimos en Calle Las Flores 123", "Calle Las Flores 123"),
        ("she is in apt 4B", "apt 4B"),
    ],
)
def test_an_address_is_found(pack: Pack, text: str, address: str) -> None:
    assert found(pack, text)["@address"] == [address]


@pytest.mark.parametrize(
    "text", ["a 20 minute drive", "2 of us on the road", "1st place", "5 kids run", "take 3 shots way back"]
)
def test_a_number_before_an_ordinary_word_is_no_address(pack: Pack, text: str) -> None:
    assert "@address" not in found(pack, text)


@pytest.mark.parametrize(
    "text", ["her student id is 204518", "lunch PIN: 48213", "ID# 0012345", "número de estudiante 20451"]
)
def test_a_student_number_is_found(pack: Pack, text: str) -> None:
    assert "@student_number" in found(pack, text)


@pytest.mark.parametrize(
    "text",
    [
        "follow @jt",
        "add me on snap: jt_09",
        "snap jt.09x",
        "my insta is @someone",
        "ig: someone_else",
        "discord name#1234",
        "@jt_09",
    ],
)
def test_a_handle_is_found(pack: Pack, text: str) -> None:
    assert "@handle" in found(pack, text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks @maria",
        "@everyone practice at 4",
        "@channel",
        "follow @OurDistrictSchools",
        "posted it on insta today",
        "a@b.org",
    ],
)
def test_a_mention_is_no_handle(pack: Pack, text: str) -> None:
    assert "@handle" not in found(pack, text)


def test_a_handle_to_pay_to_is_told_apart(pack: Pack) -> None:
    identifiers = found(pack, "venmo @coach_t for dues")

    assert "@handle.payment" in identifiers
    assert "@handle" not in identifiers


def test_students_are_known_by_the_roster(pack: Pack) -> None:
    roster = ("Maya", "José", "Will")

    assert found(pack, "Maya and jose got in", roster)["@student"] == ["Maya", "jose"]
    assert "@student" not in found(pack, "I will be late. Will you?", roster)
    assert found(pack, "ask Will about it", roster)["@student"] == ["Will"]
    assert "@student" not in found(pack, "Maya got in")
