"""Trips, games and other outings on record: their place is not to be said meanwhile, and reports are fine later."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.acts import Handler
from bot.cards import Action, Block, Card, Facts, Field, Paragraph
from bot.core import Core
from bot.errors import Refused
from bot.governance.cards.member import may_decide
from bot.governance.check import view_in
from bot.ids import ChannelRef
from bot.ports import Transaction
from bot.records.governance import ChannelOuting
from bot.records.journal import Entry
from bot.records.registry import Person
from bot.wording.dates import moment
from bot.wording.forms import line, needed
from bot.wording.subjects import channel_in, subject_of
from policy.message import Outing
from policy.words import Lang, Text

REMEMBERED = timedelta(days=14)
"""For so long after its end reports of an outing are known as such."""
LONGEST = timedelta(days=30)

PLACE = Text(en="Where to", es="Adónde")
DAY = Text(en="Day", es="Día")
FROM = Text(en="From", es="De")
UNTIL = Text(en="Until", es="A")
LAST_DAY = Text(en="Last day, if it is another", es="Último día, si es otro")
PLACE_HINT = Text(en="As people say it, for example: Science Museum", es="Como se dice, por ejemplo: Museo de Ciencias")
HOUR_HINT = Text(en="For example 8:30 or 2 pm", es="Por ejemplo, 8:30 o 14:00")
RECORD = Text(en="Put it on record", es="Registrarla")
END = Text(en="{place} is over", es="{place} ya terminó")
NOT_YOURS = Text(
    en="Only the owner and the supervisor put outings of this channel on record.",
    es="Solo el responsable y el supervisor registran las salidas de este canal.",
)
NO_DAY = Text(
    en="I cannot read the day “{given}”. Write it like 2026-12-03.",
    es="No entiendo el día «{given}». Escríbalo así: 2026-12-03.",
)
NO_HOUR = Text(
    en="I cannot read the hour “{given}”. Write it like 8:30 or 2 pm.",
    es="No entiendo la hora «{given}». Escríbala así: 8:30 o 14:00.",
)
BACKWARDS = Text(
    en="It ends before it begins, or lasts more than {days} days. Please look at the times again.",
    es="Termina antes de empezar o dura más de {days} días. Revise las horas, por favor.",
)
OVER = Text(en="That outing is already over.", es="Esa salida ya terminó.")

TITLE = Text(en="Trips and games on record", es="Salidas y partidos registrados")
NONE = Text(en="None is on record.", es="No hay ninguno registrado.")
TIMES = Text(en="{start} to {end}", es="{start} a {end}")
HOW = Text(
    en="While one lasts, a message that names its place is shown to you: it tells where students are. Once it is over, "
    "reports and pictures of it are fine.",
    es="Mientras dura, se le muestra todo mensaje que nombre el lugar: dice dónde están los estudiantes. Cuando "
    "termina, contarlo está bien.",
)

_HOUR = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*(a\.?m\.?|p\.?m\.?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody wants on record, in the words of the form."""

    place: str
    day: str
    start: str
    end: str
    last_day: str = ""


def known_to_the_judge(tx: Transaction, channel: ChannelRef) -> tuple[Outing, ...]:
    """The outings of the channel that are going on or have ended lately, as the judge takes them."""
    found = tx.outings.of(channel, ended_after=tx.now - REMEMBERED)
    return tuple(Outing(each.place, is_on=each.ends_at > tx.now) for each in found if each.starts_at <= tx.now)


def coming(tx: Transaction, channel: ChannelRef) -> Sequence[ChannelOuting]:
    """The outings that are going on or still to come, the next first."""
    return tx.outings.of(channel, ended_after=tx.now)


async def record(core: Core, actor: Person, place: ChannelRef, plan: Plan) -> Card:
    """Puts the outing on record. Raises Refused."""
    new_id = secrets.token_hex(6)
    starts_at, ends_at = _times(plan, actor)
    await core.store.write(lambda tx: _record(core, tx, actor, place, plan.place, (starts_at, ends_at), new_id))
    return await core.store.read(lambda tx: listed(tx, place, actor))


async def end(core: Core, actor: Person, outing_id: str) -> Card:
    """The outing is over earlier than planned, or does not take place. Raises Refused."""

    def unit(tx: Transaction) -> ChannelRef:
        outing = tx.outings.get(outing_id)
        if outing is None or outing.ends_at <= tx.now:
            raise Refused(OVER)
        _authorise(core, tx, actor, outing.channel)
        tx.outings.save(replace(outing, starts_at=min(outing.starts_at, tx.now), ends_at=tx.now))
        _journal(tx, actor, outing, "ended")
        return outing.channel

    place = await core.store.write(unit)
    return await core.store.read(lambda tx: listed(tx, place, actor))


def _record(
    core: Core,
    tx: Transaction,
    actor: Person,
    place: ChannelRef,
    where: str,
    times: tuple[datetime, datetime],
    new_id: str,
) -> None:
    _authorise(core, tx, actor, place)
    starts_at, ends_at = times
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise Refused(BACKWARDS, days=LONGEST.days)
    if ends_at <= tx.now:
        raise Refused(OVER)
    outing = ChannelOuting(id=new_id, channel=place, place=where, starts_at=starts_at, ends_at=ends_at, by=actor.ref)
    tx.outings.save(outing)
    _journal(tx, actor, outing, "recorded")


def _authorise(core: Core, tx: Transaction, actor: Person, place: ChannelRef) -> None:
    view = view_in(tx, core, place)
    if view is None or not may_decide(view, actor):
        raise Refused(NOT_YOURS)


def _times(plan: Plan, actor: Person) -> tuple[datetime, datetime]:
    zone = ZoneInfo(actor.zone)
    first = _day(plan.day)
    last = _day(plan.last_day) if plan.last_day else first
    return (
        datetime.combine(first, _hour(plan.start), tzinfo=zone),
        datetime.combine(last, _hour(plan.end), tzinfo=zone),
    )


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Refused(NO_DAY, given=given[:40]) from None


def _hour(given: str) -> time:
    found = _HOUR.fullmatch(given.strip())
    hour = int(found[1]) if found else 24
    if found and found[3]:
        is_afternoon = found[3].lower().startswith("p")
        hour = 24 if not 1 <= hour <= 12 else hour % 12 + (12 if is_afternoon else 0)
    minute = int(found[2] or 0) if found else 60
    if hour > 23 or minute > 59:
        raise Refused(NO_HOUR, given=given[:40])
    return time(hour, minute)


def _journal(tx: Transaction, actor: Person, outing: ChannelOuting, what: str) -> None:
    facts = {"channel": outing.channel.channel, "ends": outing.ends_at.isoformat()}
    name, subject = f"outing:state:{what}", f"outing:{outing.id}"
    tx.journal.append(Entry(at=tx.now, name=name, subject=subject, actor=actor.ref.person, facts=facts))


def form(place: ChannelRef, lang: Lang) -> Action:
    """The button that asks for an outing."""
    fields = (
        Field(name="place", label=PLACE(lang), hint=PLACE_HINT(lang)),
        Field(name="day", label=DAY(lang), kind="date"),
        Field(name="start", label=FROM(lang), hint=HOUR_HINT(lang)),
        Field(name="end", label=UNTIL(lang), hint=HOUR_HINT(lang)),
        Field(name="last_day", label=LAST_DAY(lang), kind="date", is_required=False),
    )
    return Action(name="outing.record", subject=subject_of(place), label=RECORD(lang), style="primary", fields=fields)


def listed(tx: Transaction, place: ChannelRef, actor: Person) -> Card:
    """The channel's outings, with the buttons for another one and for those that are over."""
    lang, found = actor.lang, coming(tx, place)
    rows = tuple(
        (each.place, TIMES(lang, start=moment(each.starts_at, actor), end=moment(each.ends_at, actor)))
        for each in found
    )
    blocks: tuple[Block, ...] = (Facts(rows),) if rows else (Paragraph(NONE(lang)),)
    over = tuple(
        Action(name="outing.end", subject=each.id, label=END(lang, place=each.place)[:75]) for each in found[:4]
    )
    return Card(title=TITLE(lang), blocks=(*blocks, Paragraph(HOW(lang))), actions=(form(place, lang), *over))


async def _on_record(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    plan = Plan(
        place=needed(line(values, "place", PLACE, limit=80), PLACE),
        day=line(values, "day", DAY),
        start=line(values, "start", FROM),
        end=line(values, "end", UNTIL),
        last_day=line(values, "last_day", LAST_DAY),
    )
    return await record(core, actor, channel_in(subject), plan)


async def _on_end(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await end(core, actor, subject)


ACTS: Mapping[str, Handler] = {"outing.record": _on_record, "outing.end": _on_end}
