"""A private look at a text before it is posted: what would be flagged, why, and how to mend it. Nothing is kept."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.acts import Handler
from bot.cards import Action, Block, Card, Excerpt, Facts, Field, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.events import Content
from bot.ids import ChannelRef, MessageRef
from bot.judging.verdicts import LONG_TEXT, as_message, context_of
from bot.language import spoken
from bot.ports import Transaction
from bot.records.registry import Person, role_in
from bot.wording import phrasing
from bot.wording.forms import needed
from bot.wording.subjects import place_in, subject_of
from policy import judge
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from policy.verdict import Finding, Span, Verdict
from policy.words import Lang, Text

TEXT = Text(en="Text", es="Texto")
CLEAR = Text(en="Nothing to flag", es="Nada que señalar")
CLEAR_WORDS = Text(
    en="By the rules of {policy}, this would alert nobody. People still decide, and pictures need permission.",
    es="Según las reglas de {policy}, no alertaría a nadie. Aun así deciden las personas; las fotos piden permiso.",
)
FLAGGED = Text(en="This would be flagged", es="Esto se señalaría")
YOURS = Text(en="Your text", es="Su texto")
THE_MESSAGE = Text(en="The message", es="El mensaje")
NOT_HERE = Text(
    en="You can check messages of your own workspace only.", es="Solo puede revisar mensajes de su propio espacio."
)
MORE = Text(en="{n} more rules.", es="{n} reglas más.")
EXCUSED = Text(en="Allowed here: {reason}", es="Permitido aquí: {reason}")
MEND = Text(en="Instead", es="Mejor así")
POLICY = Text(en="Policy", es="Política")
ONLY_YOU = Text(en="Only you see this, and nothing of it is kept.", es="Solo lo ve usted, y no se guarda nada de ello.")
CHECK_AGAIN = Text(en="Check again", es="Revisar otra vez")
ASK = Text(en="Ask first", es="Preguntar antes")
QUESTION = Text(en="Your question", es="Su pregunta")
MOST_FINDINGS = 2
LONGEST_EXCERPT = 300


async def check(core: Core, actor: Person, place: ChannelRef | None, words: str, lang: Lang) -> Card:
    """What the rules say of the text, were the actor to post it in the place now, whatever was said there before.
    Raises Refused where there is no text."""
    words = needed(words.strip(), TEXT)
    scene = await core.store.read(lambda tx: _look_up(core, tx, actor, place))
    verdict = await _judged(Message(text=words, author=scene.role), scene)
    subject = subject_of(place)
    shown = _card(verdict, scene.pack, words, YOURS, lang)
    again = (_again(subject, words, lang),)
    return replace(shown, actions=(*again, _ask(subject, words, lang)) if verdict.alerting else again)


async def check_message(core: Core, actor: Person, message: MessageRef, content: Content) -> Card:
    """What the rules say of a message that stands in its channel, for whoever asks. Nothing is kept, and nobody else
    learns of it. Raises Refused where it is no message of theirs, or says nothing."""
    if message.workspace != actor.ref.workspace:
        raise Refused(NOT_HERE)
    if not content.attachments:
        needed(content.text.strip(), TEXT)
    scene = await core.store.read(lambda tx: _scene_of(core, tx, actor, message))
    verdict = await _judged(as_message(content, scene.role), scene)
    return _card(verdict, scene.pack, content.text, THE_MESSAGE, actor.lang)


@dataclass(frozen=True, slots=True)
class _Scene:
    role: Role
    context: Context
    pack: Pack


async def _judged(message: Message, scene: _Scene) -> Verdict:
    if len(message.text) > LONG_TEXT:
        return await asyncio.to_thread(judge, message, scene.context, scene.pack)
    return judge(message, scene.context, scene.pack)


def _scene_of(core: Core, tx: Transaction, actor: Person, message: MessageRef) -> _Scene:
    """The message's channel, and its author where we know the message."""
    known = tx.messages.get(message)
    author = tx.registry.person(message.person(known.author)) if known and known.author else None
    return _look_up(core, tx, author or actor, message.channel_ref)


def _look_up(core: Core, tx: Transaction, author: Person, place: ChannelRef | None) -> _Scene:
    channel = tx.registry.channel(place) if place else None
    default = core.shelf[core.default_pack]
    if channel is None:
        return _Scene(author.role, Context(channel=ChannelKind.CLUB), default)
    pack = core.shelf.get(channel.pack) or default
    # Where students are just now is not to be found out by trying.
    context = replace(context_of(core, tx, channel), outings=())
    return _Scene(role_in(channel, author), context, pack)


def _card(verdict: Verdict, pack: Pack, words: str, caption: Text, lang: Lang) -> Card:
    found = verdict.alerting
    if not found:
        lines = [CLEAR_WORDS(lang, policy=pack.name)]
        lines += [EXCUSED(lang, reason=excused.reason(lang)) for excused in verdict.exempted[:1]]
        blocks = tuple(Paragraph(line) for line in lines)
        return Card(title=CLEAR(lang), tone=Tone.DONE, blocks=blocks, footer=ONLY_YOU(lang))
    rest = len(found) - MOST_FINDINGS
    more = (Paragraph(MORE(lang, n=rest)),) if rest > 0 else ()
    marked = _marked(words, found, caption(lang))
    return Card(
        title=FLAGGED(lang),
        tone=Tone.NOTICE,
        blocks=(marked, *(_explained(pack, f, lang) for f in found[:MOST_FINDINGS]), *more),
        footer=ONLY_YOU(lang),
    )


def _explained(pack: Pack, finding: Finding, lang: Lang) -> Block:
    rule = pack.rules[finding.rule]
    return Facts(
        (
            (rule.title(lang), finding.reason(lang)),
            (POLICY(lang), phrasing.clause_line(pack, finding, lang)),
            (MEND(lang), rule.mend(lang)),
        )
    )


def _marked(words: str, found: tuple[Finding, ...], caption: str) -> Excerpt:
    """The text around its first words in question, with these marked."""
    marks = sorted({mark for finding in found for mark in finding.marks})
    first = marks[0].start if marks else 0
    start = max(0, first - LONGEST_EXCERPT // 3) if len(words) > LONGEST_EXCERPT else 0
    end = min(len(words), start + LONGEST_EXCERPT)
    lead = "… " if start else ""
    shown = lead + words[start:end] + (" …" if end < len(words) else "")
    shift = len(lead) - start
    inside = [Span(m.start + shift, min(m.end, end) + shift) for m in marks if start <= m.start < end]
    return Excerpt(shown, tuple(inside), caption=caption)


def _again(subject: str, words: str, lang: Lang) -> Action:
    field = Field(name="text", label=TEXT(lang), kind="text", value=words[:2_000])
    return Action(name="check.text", subject=subject, label=CHECK_AGAIN(lang), fields=(field,))


def _ask(subject: str, words: str, lang: Lang) -> Action:
    field = Field(name="text", label=QUESTION(lang), kind="text", value=words[:1_500])
    return Action(name="question.ask", subject=subject, label=ASK(lang), fields=(field,))


async def _on_check(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    place = await core.store.read(lambda tx: place_in(tx, subject, actor))
    words = values.get("text", "")
    return await check(core, actor, place, words, spoken(words) or actor.lang)


ACTS: Mapping[str, Handler] = {"check.text": _on_check}
