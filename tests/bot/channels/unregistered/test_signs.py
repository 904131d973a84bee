"""By what a channel looks like a school's: words of its name, a class, families, a maker who is staff."""

import pytest

from bot.channels.unregistered.signs import classes_of, kind_in, looks_sponsored, school_in, signs_of
from bot.records.unregistered import Sign
from policy.message import ChannelKind
from tests.district import CREC, shipped

HINTS = shipped()[CREC].settings.channel_hints
CLASSES = classes_of(["Algebra I - Period 3 - Fernley", "Ceramics", "AP Biology, Period 1"], HINTS)
SCHOOLS = ["Larkfield High School", "Millbrook Middle School", "Northam High School"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("varsity-track-2026", ChannelKind.TEAM),
        ("soccer-parents", ChannelKind.PARENTS),
        ("Familias_Millbrook", ChannelKind.PARENTS),
        ("fútbol-jv", ChannelKind.TEAM),
        ("drama", ChannelKind.CLUB),
        ("period-3", ChannelKind.CLASS),
        ("ceramics-room", ChannelKind.CLASS),
        ("lunch-menu", None),
        ("steam-games", None),
    ],
)
def test_a_name_speaks_for_a_kind_in_both_languages(name: str, kind: ChannelKind | None) -> None:
    assert kind_in(name, HINTS, CLASSES) is kind


@pytest.mark.parametrize(
    ("name", "families", "is_of_staff", "looks"),
    [
        ("varsity-track", 0, True, True),
        ("varsity-track", 5, False, True),
        ("varsity-track", 4, False, False),
        ("algebra-fernley", 0, True, True),
        ("lunch-menu", 5, True, True),
        ("lunch-menu", 5, False, False),
        ("lunch-menu", 0, True, False),
        ("track-ceramics", 0, False, False),
    ],
)
def test_a_name_alone_is_not_enough_nor_is_a_maker(name: str, families: int, is_of_staff: bool, looks: bool) -> None:
    signs = signs_of(name, HINTS, CLASSES, families=families, is_of_staff=is_of_staff)

    assert looks_sponsored(signs) is looks
    assert (Sign.STAFF in signs) is is_of_staff


def test_one_word_of_a_longer_class_name_is_not_that_class() -> None:
    assert Sign.CLASS in signs_of("ceramics", HINTS, CLASSES, families=0, is_of_staff=False)
    assert signs_of("fernley-lunch", HINTS, CLASSES, families=0, is_of_staff=False) == ()


@pytest.mark.parametrize(
    ("name", "school"),
    [
        ("larkfield-drama", "Larkfield High School"),
        ("mms-band", "Millbrook Middle School"),
        ("high-school-band", ""),
        ("band", ""),
        ("larkfield-millbrook-band", ""),
    ],
)
def test_the_one_school_that_a_name_speaks_of_is_proposed(name: str, school: str) -> None:
    assert school_in(name, SCHOOLS) == school
