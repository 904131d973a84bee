"""The card of a channel's checks: what does not hold, since when, under which clause, who must do what."""

from bot.cards import Action, Block, Card, Facts, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.governance.check import NOBODY_YET, Check, Duty, View, packless, view_at
from bot.governance.report import cited, cited_all, reason, standing
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.governance import CheckRecord, CheckState, Outcome
from bot.records.registry import Channel, Person
from bot.wording.dates import day
from bot.wording.phrasing import ENFORCED_BY, name_of
from bot.wording.subjects import channel_in, subject_of
from policy.words import Text

TITLE = Text(en="What {channel} still needs", es="Lo que le falta a {channel}")
ALL_WELL = Text(en="{channel}: every check holds", es="{channel}: todo se cumple")
SUMMARY = Text(en="The policy asks for something in {channel}.", es="La política pide algo en {channel}.")
NOTHING = Text(en="Nothing more is needed.", es="No hace falta nada más.")
UNSEEN = Text(en="Cannot be seen from here", es="Desde aquí no se puede ver")
SINCE = Text(en="since {day}; next: {who}", es="desde el {day}; sigue: {who}")
NEXT = Text(en="next: {who}", es="sigue: {who}")


def topic_of(channel: Channel) -> Topic:
    """The topic of the channel's checks."""
    return Topic(TopicKind.CHECKS, subject_of(channel.ref))


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """What does not hold now, for those who answer for the channel; nothing for anybody else."""
    try:
        place = channel_in(topic.id)
    except Refused:
        return None
    view = view_at(tx, core, place)
    if view is None:
        return packless(tx, core, place, viewer)
    if viewer.ref != view.channel.owner and (view.supervisor is None or viewer.ref != view.supervisor.ref):
        return None
    return card(view, viewer)


def card(view: View, viewer: Person, *, is_whole: bool = False) -> Card:
    """The card for somebody who answers for the channel; `is_whole`: also of what nobody can do anything about yet."""
    lang, name = viewer.lang, f"#{view.channel.name}"
    wanting = [found for found in standing(view) if found[1].state is not CheckState.HOLDS]
    wanting = [found for found in wanting if is_whole or found[1].why != NOBODY_YET]
    is_broken = any(outcome.state is CheckState.BROKEN for _, outcome, _ in wanting)
    title = (TITLE if is_broken else ALL_WELL)(lang, channel=name)
    rows = tuple(_row(view, check, outcome, record, viewer) for check, outcome, record in wanting)
    blocks: tuple[Block, ...] = (Facts(rows),) if rows else (Paragraph(NOTHING(lang)),)
    return Card(
        title=title,
        summary=SUMMARY(lang, channel=name) if is_broken else title,
        tone=Tone.NOTICE if is_broken else Tone.DONE,
        blocks=blocks,
        actions=_actions(view, viewer, wanting),
        footer=cited_all(view, *(check.name for check, _, _ in wanting)),
    )


def _row(view: View, check: Check, outcome: Outcome, record: CheckRecord | None, viewer: Person) -> tuple[str, str]:
    lang = viewer.lang
    said = reason(view, check, outcome, lang)
    if outcome.why == NOBODY_YET:
        return ENFORCED_BY[check.name](lang), said
    if outcome.state is CheckState.UNSEEN:
        return ENFORCED_BY[check.name](lang), f"{UNSEEN(lang)}: {said}"
    person = view.owner if check.who is Duty.OWNER else view.supervisor
    who = name_of(person, lang)
    is_known = record is not None and record.outcome.state is CheckState.BROKEN
    when = SINCE(lang, day=day(record.since, viewer), who=who) if is_known and record else NEXT(lang, who=who)
    return ENFORCED_BY[check.name](lang), f"{said} ({cited(view, check)}; {when})"


def _actions(
    view: View, viewer: Person, wanting: list[tuple[Check, Outcome, CheckRecord | None]]
) -> tuple[Action, ...]:
    return tuple(action for check, outcome, _ in wanting for action in check.fix(view, outcome, viewer))
