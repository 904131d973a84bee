"""With a roster, a student's name near a private matter is confidential; the same words without a child are not."""

import pytest

from policy import judge
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from tests.district import shipped

STUDENTS = frozenset({"zerlina", "okpara"})
PRIVATE = {
    "Zerlina and Okpara have detention until Thursday": "Detention runs until Thursday",
    "Zerlina's reading level is two years below": "A reading level is measured every two years",
    "Okpara has counselor twice a week since the custody case": "The counselor talks about custody on Tuesday",
    "I saw that Okpara is failing, summer school for sure": "Summer school is open to all",
    "A Zerlina le toca su plan de apoyo a las diez": "El plan de apoyo se ve a las diez",
    "Okpara tiene tres ausencias y va a terapia": "Con tres ausencias se avisa a la oficina",
}
"""With a child's name, and much the same without."""
HARMLESS = (
    "Line-up: Zerlina, Okpara. Subs: Bea",
    "Zerlina scored twice, Okpara once",
    "Okpara lleva el balón, Zerlina las redes",
    "Congrats to Zerlina on the honor roll",
)


def crec() -> Pack:
    return next(pack for name, pack in shipped().items() if name == "crec")


def flagged(text: str, students: frozenset[str]) -> bool:
    context = Context(ChannelKind.TEAM, "tennis", students=students)
    return any(finding.rule == "confidential" for finding in judge(Message(text, Role.STAFF), context, crec()).findings)


@pytest.mark.parametrize("text", PRIVATE)
def test_a_student_beside_a_private_matter_is_confidential(text: str) -> None:
    assert flagged(text, STUDENTS)


@pytest.mark.parametrize("text", PRIVATE.values())
def test_the_same_words_without_a_child_are_not(text: str) -> None:
    assert not flagged(text, STUDENTS)


@pytest.mark.parametrize("text", HARMLESS)
def test_names_in_a_line_up_or_in_praise_are_not(text: str) -> None:
    assert not flagged(text, STUDENTS)


@pytest.mark.parametrize(
    "text",
    [
        "Z e r l i n a   a n d   O k p a r a   b o t h   h a v e   d e t e n t i o n   u n t i l   F r i d a y",
        "zerlinaandokparabothhavedetentionuntilthursday",
    ],
)
def test_a_name_is_seen_in_letters_apart_and_in_words_run_together(text: str) -> None:
    assert flagged(text, STUDENTS)


def test_single_letters_and_long_words_that_hold_no_name_are_no_student() -> None:
    assert not flagged("group a b c d e f has detention duty, bring the blackboard and the scoreboard", STUDENTS)
