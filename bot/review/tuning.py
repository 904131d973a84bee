"""What people do with a suggestion: take it over or leave it. Rules change nowhere but in the district's own pack file:
what was accepted is handed to IT by `chaperone packs suggestions`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.acts import Handler
from bot.cards import Action, Card, Paragraph, Tone
from bot.command import Standing
from bot.core import Core
from bot.errors import Refused
from bot.judging import casebook
from bot.language import plain
from bot.people.standing import standing_of
from bot.ports import Transaction
from bot.records.journal import Entry, Row
from bot.records.registry import Person
from bot.review.suggestions import Kind, Suggestion, opened, suggested
from bot.wording.forms import filled, line, needed, text
from policy import judge
from policy.fold import fold
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from policy.rule import Expectation, Rule
from policy.unless import Unless
from policy.verdict import Finding
from policy.words import Text

ACCEPTED, DECLINED = "suggestion:state:accepted", "suggestion:state:declined"
WITHDRAWN = "suggestion:state:withdrawn"
"""An answer that was taken back: the suggestion is open again."""
CASE = "case:"
"""What evidence of a reviewer's own example begins with; the rule follows."""
LATEST_ROWS = 50_000
"""So far back in the journal an answer to a suggestion is remembered."""
LONGEST_CASE, LONGEST_PHRASE = 300, 80

EXAMPLE = Text(en="Your own example", es="Su propio ejemplo")
HARMLESS = Text(en="Words of it that make it harmless", es="Palabras suyas que lo hacen inofensivo")
NOT_YOURS = Text(
    en="Suggestions about rules are for supervisors and for who runs Chaperone. Your channels' are yours.",
    es="Las sugerencias sobre reglas son para supervisores y para quien administra Chaperone. Las de sus canales son "
    "suyas.",
)
GONE = Text(
    en="This suggestion does not hold any more. “/policy suggestions” shows those that do.",
    es="Esta sugerencia ya no es válida. «/policy sugerencias» muestra las que lo son.",
)
COPIED = Text(
    en="That is what a member wrote. Please invent an example of the same kind, with other words and no names.",
    es="Eso lo escribió un miembro. Invente un ejemplo del mismo tipo, con otras palabras y sin nombres.",
)
NOT_FLAGGED = Text(
    en="This is not flagged as “{rule}” today, so there is nothing to mend. Write one that shows the false alarm.",
    es="Hoy esto no se señala como «{rule}»; no hay nada que corregir. Escriba uno que muestre la falsa alarma.",
)
NOT_IN_IT = Text(
    en="“{words}” is not in your example. Please copy words from it as they are.",
    es="«{words}» no está en su ejemplo. Copie palabras de él tal como están.",
)
TOO_WIDE = Text(
    en="“{words}” is also in what the rule is there to find: “{example}”. Please give words that only harmless "
    "messages have, or none.",
    es="«{words}» también está en lo que la regla debe hallar: «{example}». Dé palabras que solo tengan los mensajes "
    "inofensivos, o ninguna.",
)
STAYS_URGENT = Text(
    en="This is flagged as urgent, and no words make that weaker. Please give another example.",
    es="Esto se señala como urgente, y ninguna palabra lo atenúa. Dé otro ejemplo.",
)
ENOUGH = Text(
    en="Each of these alerts has an example already. Thank you; IT takes them over.",
    es="Cada una de estas alertas ya tiene su ejemplo. Gracias; informática los recoge.",
)
KEPT = Text(en="Kept for the pack", es="Guardado para la política")
KEPT_WORDS = Text(
    en="IT finds it with “chaperone packs suggestions”, tries it with “packs check” and reloads. Until then all stays.",
    es="Informática lo ve con «chaperone packs suggestions», lo prueba y recarga. Hasta entonces nada cambia.",
)
TAKE_BACK = Text(en="Take this back", es="Deshacer")
BACK = Text(en="Taken back", es="Deshecho")
BACK_WORDS = Text(
    en="It is suggested again. If IT has put it into the pack already, please tell them to take those lines out.",
    es="Se sugiere de nuevo. Si informática ya lo puso en la política, pídales que quiten esas líneas.",
)
NOT_ANSWERED = Text(
    en="There is nothing to take back here. “/policy suggestions” shows what is open.",
    es="Aquí no hay nada que deshacer. «/policy sugerencias» muestra lo que está abierto.",
)
LEFT = Text(en="Left as it is", es="Se deja como está")
LEFT_WORDS = Text(
    en="It is not suggested again unless more decisions speak for it.",
    es="No se sugiere de nuevo salvo que más decisiones lo apoyen.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """As whom and where an example is tried: as the newest dismissed message stood."""

    author: Role
    channel: ChannelKind


def may_tune(tx: Transaction, person: Person) -> bool:
    """Whether the person may say what is to change about rules."""
    return person.is_operator or standing_of(tx, person) is Standing.SUPERVISOR


def open_for(tx: Transaction, core: Core, person: Person) -> tuple[Suggestion, ...]:
    """What is suggested to this person and not answered: exceptions for the channels that they may ask them for, and
    where they may, changes to rules."""
    is_tuner = may_tune(tx, person)
    answered = answered_now(tx)
    return tuple(
        each
        for each in suggested(tx, core.keys, core.shelf.get)
        if each.id not in answered and (_runs(tx, person, each) if each.kind is Kind.EXCEPTION else is_tuner)
    )


def answers(tx: Transaction) -> Iterator[Row]:
    """What was accepted, declined or taken back, oldest first."""
    head = tx.journal.head()
    for row in tx.journal.rows(after=max(0, head.seq - LATEST_ROWS)) if head else ():
        if row.entry.name in (ACCEPTED, DECLINED, WITHDRAWN):
            yield row


def answered_now(tx: Transaction) -> dict[str, Row]:
    """The newest answer to each suggestion that has one which nobody took back."""
    newest = {str(row.entry.facts["id"]): row for row in answers(tx)}
    return {suggestion: row for suggestion, row in newest.items() if row.entry.name != WITHDRAWN}


async def answer(core: Core, actor: Person, subject: str, *, is_accepted: bool) -> Card:
    """Keeps the answer. Raises Refused where the suggestion is not theirs or holds no more."""
    suggestion = await core.store.read(lambda tx: _meant(tx, core, actor, subject))
    await core.store.write(lambda tx: _journal(tx, actor, suggestion, ACCEPTED if is_accepted else DECLINED))
    return _done(actor, KEPT, KEPT_WORDS, subject) if is_accepted else _done(actor, LEFT, LEFT_WORDS, subject)


async def take_back(core: Core, actor: Person, subject: str) -> Card:
    """Opens an answered suggestion again. Raises Refused where it is not theirs or not answered."""
    await core.store.write(lambda tx: _withdraw(tx, actor, subject))
    return Card(title=BACK(actor.lang), tone=Tone.DONE, blocks=(Paragraph(BACK_WORDS(actor.lang)),))


def _withdraw(tx: Transaction, actor: Person, subject: str) -> None:
    if not may_tune(tx, actor):
        raise Refused(NOT_YOURS)
    given = answered_now(tx).get(subject)
    if given is None:
        raise Refused(NOT_ANSWERED)
    entry = given.entry
    tx.journal.append(replace(entry, at=tx.now, name=WITHDRAWN, actor=actor.ref.person))


async def give_case(core: Core, actor: Person, subject: str, words: str, harmless: str = "") -> Card:
    """Keeps an invented example that the rule ought to leave alone, with those of its words for which it ought to
    (`harmless`, if any), sealed with an incident that asked for it. Raises Refused where it is a member's own words, or
    is not flagged, or where the harmless words say nothing of the kind."""
    suggestion = await core.store.read(lambda tx: _meant(tx, core, actor, subject))
    pack = core.shelf[suggestion.pack]
    place = await core.store.read(lambda tx: _tried(tx, core, suggestion, words))
    verdict = judge(Message(words, place.author), Context(place.channel), pack)
    finding = next((each for each in verdict.findings if each.rule == suggestion.rule), None)
    if finding is None:
        raise Refused(filled(NOT_FLAGGED, rule=_title(pack, suggestion)))
    case: dict[str, object] = {"case": {"text": words, "author": place.author, "channel": place.channel}}
    if harmless:
        case["unless"] = _phrase(harmless, words, pack.rules[suggestion.rule], finding)
    await core.store.write(lambda tx: _keep(core, tx, actor, suggestion, case))
    return _done(actor, KEPT, KEPT_WORDS, subject)


def _phrase(harmless: str, words: str, rule: Rule, finding: Finding) -> str:
    """The harmless words in the phrase language. Raises Refused where they would excuse nothing, or too much."""
    phrase = " ".join(fold(harmless).words.split())
    if not phrase or f" {phrase} " not in f" {' '.join(fold(words).words.split())} ":
        raise Refused(NOT_IN_IT, words=harmless)
    unless = Unless.of((phrase,), HARMLESS)
    flagged = (case.message.text for case in rule.cases if case.expectation is Expectation.FLAG)
    example = next((text for text in flagged if unless.found(fold(text))), None)
    if example is not None:
        raise Refused(TOO_WIDE, words=harmless, example=example)
    if unless.excuse(finding, fold(words)) is None:
        raise Refused(STAYS_URGENT)
    return phrase


def _meant(tx: Transaction, core: Core, actor: Person, subject: str) -> Suggestion:
    if not may_tune(tx, actor):
        raise Refused(NOT_YOURS)
    found = next((each for each in open_for(tx, core, actor) if each.id == subject), None)
    if found is None or found.kind is Kind.EXCEPTION:
        raise Refused(GONE)
    return found


def _runs(tx: Transaction, person: Person, suggestion: Suggestion) -> bool:
    """Whether the person may ask for the exception, and was told of every alert that speaks for it."""
    channel = tx.registry.channel(suggestion.channel) if suggestion.channel else None
    if channel is None or person.ref not in (channel.owner, channel.supervisor):
        return False
    return all(person.ref in tx.incidents.recipients(incident.id) for incident in suggestion.incidents)


def _tried(tx: Transaction, core: Core, suggestion: Suggestion, words: str) -> Place:
    """Where to try the example. Raises Refused where it repeats what a member wrote."""
    own = plain(words)
    for incident in suggestion.incidents:
        content = opened(tx, core.keys, incident).content
        said = plain(content.text).strip() if content else ""
        if said and (said in own or own in said):
            raise Refused(COPIED)
    newest = suggestion.incidents[0]
    channel = tx.registry.channel(newest.message.channel_ref)
    author = tx.registry.person(newest.message.person(newest.author))
    kind = channel.kind if channel else ChannelKind.CLUB
    is_owner = channel is not None and author is not None and channel.owner == author.ref
    return Place(Role.OWNER if is_owner else author.role if author else Role.OUTSIDER, kind)


def _keep(core: Core, tx: Transaction, actor: Person, suggestion: Suggestion, case: Mapping[str, object]) -> None:
    what = f"{CASE}{suggestion.rule}"[:64]
    for incident in suggestion.incidents:
        taken = {evidence.what for evidence in tx.incidents.evidence(incident.id)}
        if what not in taken and tx.incidents.wrapped_key(incident.id) is not None:
            casebook.keep(core, tx, incident.id, incident.newest_revision, what, tx.now, case)
            _journal(tx, actor, suggestion, ACCEPTED, incident=incident.id)
            return
    raise Refused(ENOUGH)


def _journal(tx: Transaction, actor: Person, suggestion: Suggestion, name: str, **more: str) -> None:
    facts = {
        "id": suggestion.id,
        "kind": suggestion.kind.value,
        "pack": suggestion.pack,
        "rule": suggestion.rule,
        "value": suggestion.value,
        "confirmed": suggestion.tally.confirmed,
        "dismissed": suggestion.tally.dismissed,
        **more,
    }
    subject = f"suggestion:{suggestion.kind}:{suggestion.rule}"
    tx.journal.append(Entry(at=tx.now, name=name, subject=subject, actor=actor.ref.person, facts=facts))


def _title(pack: Pack, suggestion: Suggestion) -> Text:
    return pack.rules[suggestion.rule].title


def _done(actor: Person, title: Text, words: Text, subject: str) -> Card:
    undo = Action(name="suggestion.undo", subject=subject, label=TAKE_BACK(actor.lang))
    return Card(title=title(actor.lang), tone=Tone.DONE, blocks=(Paragraph(words(actor.lang)),), actions=(undo,))


async def _on_accept(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    return await answer(core, actor, subject, is_accepted=values.get("answer") != "decline")


async def _on_case(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    if values.get("answer") == "decline":
        return await answer(core, actor, subject, is_accepted=False)
    example = needed(text(values, "text", EXAMPLE, limit=LONGEST_CASE), EXAMPLE)
    return await give_case(core, actor, subject, example, line(values, "harmless", HARMLESS, limit=LONGEST_PHRASE))


async def _on_undo(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await take_back(core, actor, subject)


ACTS: Mapping[str, Handler] = {
    "suggestion.answer": _on_accept,
    "suggestion.case": _on_case,
    "suggestion.undo": _on_undo,
}
