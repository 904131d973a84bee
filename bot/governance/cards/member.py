"""The question about a newcomer: does this person belong in the channel?"""

from datetime import datetime

from bot.cards import Action, Block, Card, Facts, Field, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.governance.check import Member, View, packless, view_at
from bot.governance.checks.invited import is_invited
from bot.governance.checks.membership import belongs
from bot.governance.report import cited_all
from bot.ids import ChannelRef, PersonId, PersonRef
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import Channel, Person
from bot.wording.dates import day
from bot.wording.phrasing import ROLE, name_of
from bot.wording.subjects import UNREADABLE, channel_in, subject_of
from policy.words import Lang, Text

ASKED, LATE, DECIDED = 1, 2, 3
"""The steps of one question: the owner is asked, the supervisor is asked, it is decided."""

TITLE = Text(en="Does {name} belong in {channel}?", es="¿{name} pertenece a {channel}?")
OVER = Text(en="{name} in {channel}", es="{name} en {channel}")
SUMMARY = Text(en="Somebody came into {channel}: please decide.", es="Alguien entró en {channel}: decida, por favor.")
WHO = Text(en="Who", es="Quién")
SINCE = Text(en="Member since", es="Miembro desde")
BROUGHT = Text(en="Brought in by", es="Invitado por")
ALONE = Text(en="nobody that the platform tells of", es="nadie, según la plataforma")
APPROVED = Text(en="{by} approved of it on {day}.", es="{by} lo aprobó el {day}.")
GONE = Text(en="This person has left the channel.", es="Esta persona ya no está en el canal.")
APPROVE = Text(en="Yes, approve", es="Sí, aprobar")
REMOVE = Text(en="No, remove", es="No, quitar")
SURE = Text(en="{name} will no longer see the channel.", es="{name} dejará de ver el canal.")
FOR_WHAT = Text(en="What are they here for?", es="¿Para qué está aquí?")
PURPOSE = Text(en="Purpose", es="Finalidad")


def topic_of(person: PersonRef, channel: Channel) -> Topic:
    """The topic of this person's place in the channel."""
    return Topic(TopicKind.MEMBER, f"{subject_of(channel.ref)}|{person.person}")


def version(step: int, now: datetime) -> int:
    """The topic's version at that step. It grows with time: who leaves and comes again is asked about again."""
    return int(now.timestamp() // 60) * (DECIDED + 1) + step


def named(subject: str) -> tuple[PersonRef, ChannelRef]:
    """The person and the channel that `topic_of` named. Raises Refused on anything else."""
    place, _, person = subject.rpartition("|")
    channel = channel_in(place)
    if not person:
        raise Refused(UNREADABLE)
    return channel.person(PersonId(person)), channel


def may_decide(view: View, actor: Person) -> bool:
    """Whether the actor answers for the channel: its owner or its supervisor."""
    if not actor.is_active:
        return False
    return actor.ref == view.channel.owner or (view.supervisor is not None and actor.ref == view.supervisor.ref)


def is_undecided(view: View, person: PersonRef) -> bool:
    """Whether the person is in the channel without being invited, or without belonging there."""
    found = _member(view, person)
    return found is not None and not (is_invited(view, found) and belongs(found))


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The question as it stands now, for those who answer for the channel; nothing for anybody else."""
    try:
        person, place = named(topic.id)
    except Refused:
        return None
    view = view_at(tx, core, place)
    if view is None:
        return packless(tx, core, place, viewer)
    return card(view, person, viewer) if may_decide(view, viewer) else None


def card(view: View, person: PersonRef, viewer: Person) -> Card:
    """The question, or how it was answered, for somebody who may decide."""
    lang, found = viewer.lang, _member(view, person)
    name = name_of(view.tx.registry.person(person), lang)
    channel = f"#{view.channel.name}"
    if found is None or not is_undecided(view, person):
        blocks = (Paragraph(_answer(view, found, viewer)),)
        return Card(title=OVER(lang, name=name, channel=channel), tone=Tone.DONE, blocks=blocks)
    by = view.tx.registry.person(found.place.invited_by) if found.place.invited_by else None
    rows = (
        (WHO(lang), ROLE[found.person.role](lang) if found.person else "–"),
        (BROUGHT(lang), name_of(by, lang) if found.place.invited_by else ALONE(lang)),
        (SINCE(lang), day(found.place.joined_at, viewer)),
    )
    blocks_: tuple[Block, ...] = (Facts(rows),)
    return Card(
        title=TITLE(lang, name=name, channel=channel),
        summary=SUMMARY(lang, channel=channel),
        tone=Tone.NOTICE,
        blocks=blocks_,
        actions=_actions(view, found, name, lang),
        footer=cited_all(view, "invited", "membership"),
    )


def _actions(view: View, found: Member, name: str, lang: Lang) -> tuple[Action, ...]:
    subject = topic_of(found.place.person, view.channel).id
    purpose = Field(name="purpose", label=FOR_WHAT(lang))
    return (
        Action(
            name="member.approve",
            subject=subject,
            label=APPROVE(lang),
            style="primary",
            fields=() if belongs(found) else (purpose,),
        ),
        Action(
            name="member.remove", subject=subject, label=REMOVE(lang), style="danger", confirm=SURE(lang, name=name)
        ),
    )


def _answer(view: View, found: Member | None, viewer: Person) -> str:
    lang = viewer.lang
    if found is None:
        return GONE(lang)
    place = found.place
    if place.approved_by is None or place.approved_at is None:
        return APPROVED(lang, by=name_of(view.owner, lang), day=day(place.joined_at, viewer))
    by = name_of(view.tx.registry.person(place.approved_by), lang)
    told = APPROVED(lang, by=by, day=day(place.approved_at, viewer))
    return f"{told} {PURPOSE(lang)}: {place.purpose}" if place.purpose else told


def _member(view: View, person: PersonRef) -> Member | None:
    return next((member for member in view.members if member.place.person == person), None)
