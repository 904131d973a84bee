"""Every subcommand's own examples, and what all subcommands have in common."""

import re
from pathlib import Path

import pytest

import bot.commands
from bot.cards import Card
from bot.command import Command, Example, closest, commands, find, is_spanish
from bot.ids import ChannelRef, PersonId, PersonRef
from bot.language import plain, spoken
from policy.words import Lang, Text
from tests.bot.desk.at_desk import UNREGISTERED, WHO, AtDesk, names, words
from tests.district import CLUB, COACH, PRINCIPAL, STUDENT, WORKSPACE

ALL = list(commands().values())
EXAMPLES = [pytest.param(e, id=f"{e.as_who.name.lower()}: {e.typed}") for command in ALL for e in command.examples]
LONG_LISTS = ("help", "ayuda", "checks", "requisitos")
EXPECTED = {
    "help", "rules", "rule", "search", "clause", "check", "ask", "why", "channel", "register", "approve", "exception",
    "report", "status", "tools", "quiet", "language",
}  # fmt: skip


def place_of(example: Example) -> ChannelRef:
    """Where the example is typed: registering needs a channel that is not registered."""
    return UNREGISTERED if example in commands()["register"].examples else CLUB


@pytest.mark.parametrize("example", EXAMPLES)
async def test_an_example_answers_as_it_says(example: Example, at_desk: AtDesk) -> None:
    card = await at_desk.types(WHO[example.as_who], example.typed, place_of(example))

    assert example.answered in words(card)
    assert_fits_a_phone(card, most_lines=20 if example.typed in LONG_LISTS else 12)


def assert_fits_a_phone(card: Card, *, most_lines: int) -> None:
    """No template unfilled, few lines, few buttons with short names."""
    said = words(card) + " ".join(action.label for action in card.actions)
    assert not re.search(r"\{\w+\}|Text\(", said)
    assert card.title
    assert len(card.actions) <= 5
    assert len(words(card).splitlines()) <= most_lines
    assert all(len(action.label) <= 75 for action in card.actions)


def test_all_that_was_promised_is_there() -> None:
    assert set(commands()) >= EXPECTED


def test_the_readme_of_the_subcommands_shows_each_in_both_languages() -> None:
    readme = (Path(bot.commands.__file__).parent / "README.md").read_text(encoding="utf-8")

    missing = [
        name for command in ALL for name in (command.name, command.aliases[0]) if not re.search(rf"`{name}\b", readme)
    ]
    assert missing == []


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_a_subcommand_has_both_languages_and_an_example_in_each(command: Command) -> None:
    texts: list[Text] = [command.summary, command.usage]

    assert all(text.en and text.es and text.en != text.es for text in texts)
    assert command.usage.en.startswith(command.name)
    assert command.usage.es.startswith(command.aliases[0])
    typed = [find_in(example.typed, command) for example in command.examples]
    assert set(typed) == {Lang.EN, Lang.ES}


def find_in(typed: str, command: Command) -> Lang:
    """The language of the name that an example begins with."""
    first = plain(typed).split()[0]
    if first == command.name:
        return Lang.EN
    assert any(plain(alias).split()[0] == first for alias in command.aliases), typed
    return Lang.ES


def test_no_two_subcommands_share_a_name_and_no_spanish_name_is_an_english_one() -> None:
    names_ = [plain(name) for command in ALL for name in (command.name, *command.aliases)]

    assert len(names_) > 30
    assert sorted(names_) == sorted(set(names_))


@pytest.mark.parametrize("typed", ["cláusula", "Clausula", "CLÁUSULA", "clause"])
def test_case_and_accents_do_not_matter_in_a_name(typed: str) -> None:
    assert find(typed) is commands()["clause"]


def test_a_spanish_name_is_told_from_an_english_one() -> None:
    assert is_spanish("reglas")
    assert not is_spanish("rules")
    assert not is_spanish("nonsense")


def test_a_typo_finds_its_closest_name_with_its_accents() -> None:
    assert closest("exepcion")[0] == "excepción"
    assert closest("ruels")[0] in ("rules", "rule")
    assert list(closest("zzzzzz")) == []


@pytest.mark.parametrize(
    ("said", "lang"),
    [
        ("may I post the photo of the team?", Lang.EN),
        ("¿puedo publicar la foto del equipo?", Lang.ES),
        ("puedo poner fotos del equipo", Lang.ES),
        ("mañana", Lang.ES),
        ("private_contact", None),
        ("", None),
    ],
)
def test_the_language_of_words_is_told_or_left_open(said: str, lang: Lang | None) -> None:
    assert spoken(said) is lang


async def test_a_typo_is_answered_with_a_button_that_types_it_right(at_desk: AtDesk) -> None:
    card = await at_desk.types(STUDENT, "chek May I bring the snacks?")
    answer = await at_desk.presses(STUDENT, card, "command.run")

    assert "Did you mean “/policy check”" in words(card)
    assert "Nothing to flag" in words(answer)


async def test_a_spanish_typo_is_answered_in_spanish(at_desk: AtDesk) -> None:
    card = await at_desk.types(STUDENT, "regals")

    assert "¿Quiso decir" in words(card)


async def test_a_question_without_a_subcommand_is_offered_a_search(at_desk: AtDesk) -> None:
    card = await at_desk.types(COACH, "can I post photos of students")
    answer = await at_desk.presses(COACH, card, "command.run")

    assert "question.ask" in names(card)
    assert "S2-photos" in words(answer)


async def test_nothing_typed_is_help_in_the_persons_own_language(at_desk: AtDesk) -> None:
    await at_desk.speaks(STUDENT, Lang.ES)

    assert "Qué puede escribir" in words(await at_desk.types(STUDENT, ""))
    assert "Qué puede escribir" in words(await at_desk.types(STUDENT, "help"))


async def test_english_words_from_somebody_who_reads_spanish_are_answered_in_english(at_desk: AtDesk) -> None:
    await at_desk.speaks(STUDENT, Lang.ES)

    card = await at_desk.types(STUDENT, "ask May I bring my brother to the match?")

    assert "has been asked" in words(card)


async def test_help_shows_only_what_the_person_may_use(at_desk: AtDesk) -> None:
    student = words(await at_desk.types(STUDENT, "help"))
    coach = words(await at_desk.types(COACH, "help"))
    principal = words(await at_desk.types(PRINCIPAL, "help"))

    assert "register:" not in student
    assert "report:" in student
    assert "register:" in coach
    assert "approve:" not in coach
    assert "approve:" in principal


async def test_completion_is_in_the_persons_language_and_for_their_standing(at_desk: AtDesk) -> None:
    await at_desk.speaks(COACH, Lang.ES)

    offered = await at_desk.desk.commands(COACH)

    assert ("regla", "regla NOMBRE", "Una regla, su cláusula y cómo escribirlo") in offered
    assert "aprobar" not in [name for name, _, _ in offered]
    assert await at_desk.desk.commands(PersonRef(WORKSPACE, PersonId("nobody"))) == []


@pytest.mark.parametrize("text", ["help", "ayuda", "report somebody is hurt", ""])
async def test_a_stranger_gets_a_polite_card_and_no_answer(text: str, at_desk: AtDesk) -> None:
    card = await at_desk.types(PersonRef(WORKSPACE, PersonId("nobody")), text)

    assert "911" in words(card)
    assert card.actions == ()


async def test_somebody_who_left_is_a_stranger(at_desk: AtDesk) -> None:
    await at_desk.leaves(COACH)

    assert "We have not met yet" in words(await at_desk.types(COACH, "help"))


async def test_a_standing_is_looked_up_and_not_believed(at_desk: AtDesk) -> None:
    """A button from somebody else's card opens nothing that the name itself would not."""
    card = await at_desk.desk.act(STUDENT, "command.run", f"{CLUB.workspace}|{CLUB.channel}|help", {})
    assert card is not None

    assert "approve:" not in words(card)
