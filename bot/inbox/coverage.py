"""What Chaperone could not see: gaps open and close here, people learn of them, and a channel's past is asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.acts import Handler
from bot.cards import Card, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.events import Watched
from bot.ids import ChannelRef, PersonId, WorkspaceId
from bot.people.alerts import owe
from bot.people.routing import reviewers, supervisor_of
from bot.ports import Ability, Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.gaps import PAST_DAYS, Blindness, Gap
from bot.records.journal import Entry
from bot.records.registry import Channel, Person
from bot.wording.subjects import channel_in
from policy.verdict import Severity
from policy.words import Text

RECONCILE_BELL = "reconcile"
BLIND_AFTER = timedelta(minutes=2)
"""How long the heartbeat may be silent before that counts as a time in which nothing was seen."""
REMEMBERED = timedelta(days=14)
"""How long a gap that cannot be read again is pointed at; the coverage page shows it longer."""
OPENED, CLOSED, RECOVERED = 1, 2, 3
"""The versions of a gap's topic."""

NOT_YOURS = Text(
    en="Only the channel's owner and supervisor can have its past checked.",
    es="Solo el responsable y el supervisor del canal pueden pedir que se revise su pasado.",
)
CANNOT = Text(
    en="This platform does not let Chaperone read what was said before. New messages are read.",
    es="Esta plataforma no permite que Chaperone lea lo anterior. Los mensajes nuevos sí se leen.",
)
CHECKING = Text(en="The last {n} days are being checked", es="Se revisan los últimos {n} días")
CHECKING_WORDS = Text(
    en="What is found comes as alerts, as for new messages. “/policy coverage” tells how far it is.",
    es="Lo que se encuentre llegará como alertas, igual que los mensajes nuevos. «/policy cobertura» dice cómo va.",
)


def beat(tx: Transaction) -> int:
    """Notes that Chaperone runs; where it had not for a while, every channel that is read gets a gap. Returns how many
    did."""
    before = tx.coverage.beat()
    if before is None or tx.now - before <= BLIND_AFTER:
        return 0
    channels = [channel for channel in tx.registry.channels() if channel.is_read]
    for channel in channels:
        since = max(before, channel.asked_at or before)
        if since < tx.now:
            tx.coverage.open(Gap(channel=channel.ref, why=Blindness.DOWN, started_at=since, ended_at=tx.now))
    _journal(tx, "house", "opened", why=Blindness.DOWN.value, since=before.isoformat(), channels=len(channels))
    return len(channels)


async def note_blind(
    core: Core, workspace: WorkspaceId, why: Blindness, *, since: datetime | None = None, until: datetime | None = None
) -> None:
    """A platform says that it does not, or did not, send what happens in the workspace: from `since` (now) on, up to
    `until`, or as long as `note_seeing` does not say that it is over. Said twice, it counts once. What was missed is
    read as soon as the platform lets us."""

    def unit(tx: Transaction) -> None:
        opened = 0
        for channel in tx.registry.channels(workspace):
            if channel.is_read:
                gap = Gap(channel=channel.ref, why=why, started_at=since or tx.now, ended_at=until)
                opened += tx.coverage.open(gap)
        if opened:
            _journal(tx, f"workspace:{workspace}", "opened", why=why.value, channels=opened)

    await core.store.write(unit)
    await core.bell.ring(RECONCILE_BELL)


async def note_seeing(core: Core, workspace: WorkspaceId, why: Blindness, *, at: datetime | None = None) -> None:
    """It is over, at `at` (now); what was missed is read now. Nothing changes where nothing was open."""

    def unit(tx: Transaction) -> None:
        closed = 0
        for channel in tx.registry.channels(workspace):
            closed += len(tx.coverage.close(channel.ref, why, at=at or tx.now))
        if closed:
            _journal(tx, f"workspace:{workspace}", "closed", why=why.value, channels=closed)

    await core.store.write(unit)
    await core.bell.ring(RECONCILE_BELL)


def note_watched(tx: Transaction, event: Watched) -> None:
    """Chaperone was taken out of a channel, or put in again. Owner and supervisor of one that is read are told."""
    channel = tx.registry.channel(event.channel)
    if event.is_watched:
        for why in (Blindness.REMOVED, Blindness.UNREADABLE):
            for gap in tx.coverage.close(event.channel, why, at=event.at):
                tell(tx, gap, version=CLOSED, notify=False)
                _journal(tx, _subject(gap.channel), "closed", why=why.value)
    elif channel is not None and channel.is_read:
        gap = Gap(channel=event.channel, why=Blindness.REMOVED, started_at=event.at)
        if tx.coverage.open(gap):
            tell(tx, gap, version=OPENED, notify=True)
            _journal(tx, _subject(gap.channel), "opened", why=gap.why.value, by=event.by)


def tell(tx: Transaction, gap: Gap, *, version: int, notify: bool) -> None:
    """Owes owner and supervisor a look at a gap that people made and can end."""
    channel = tx.registry.channel(gap.channel)
    if channel is None or gap.why is not Blindness.REMOVED:
        return
    about_nobody = channel.ref.person(PersonId(""))
    for person in reviewers(tx, channel, about_nobody):
        owe(tx, Topic(TopicKind.COVERAGE, gap.id), person, version=version, severity=Severity.HIGH, notify=notify)


def in_care(tx: Transaction, person: Person) -> Sequence[Channel]:
    """The channels that are read and that the person owns or supervises, by name."""
    channels = (c for c in tx.registry.channels(person.ref.workspace) if c.is_read)
    return sorted((c for c in channels if is_in_care(tx, c, person)), key=lambda channel: channel.name)


def is_in_care(tx: Transaction, channel: Channel, person: Person) -> bool:
    """Whether the person owns the channel or supervises it."""
    if person.ref in (channel.owner, channel.supervisor):
        return True
    supervisor = supervisor_of(tx, channel) if channel.supervisor is None else None
    return supervisor is not None and supervisor.ref == person.ref


def unseen(tx: Transaction, channels: Sequence[Channel]) -> dict[ChannelRef, Gap]:
    """The newest gap of each of these channels that is open, or was not read again, as far as it is not long ago."""
    refs = {channel.ref for channel in channels}
    workspace = next(iter(refs)).workspace if refs else None
    found: dict[ChannelRef, Gap] = {}
    for gap in tx.coverage.pending(workspace) if refs else ():
        is_recent = gap.ended_at is None or tx.now - gap.ended_at < REMEMBERED
        if gap.channel in refs and is_recent and gap.why is not Blindness.PAST:
            found[gap.channel] = gap
    return found


def can_read_back(core: Core, workspace: WorkspaceId) -> bool:
    """Whether the platform lets us read what was said before."""
    return core.can(workspace, Ability.READ_HISTORY)


async def audit_past(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    """Has the channel's last days read and judged, those before it was registered among them. Asked for again while
    it lasts, nothing changes. Raises Refused where it is not theirs, or where the platform gives no history."""
    del values
    ref = channel_in(subject)
    if not can_read_back(core, ref.workspace):
        raise Refused(CANNOT)

    def unit(tx: Transaction) -> None:
        channel = tx.registry.channel(ref)
        if channel is None or not channel.is_read or not is_in_care(tx, channel, actor):
            raise Refused(NOT_YOURS)
        if any(gap.why is Blindness.PAST and gap.recovered_at is None for gap in tx.coverage.gaps(ref, limit=200)):
            return
        start = tx.now - timedelta(days=PAST_DAYS)
        tx.coverage.open(Gap(channel=ref, why=Blindness.PAST, started_at=start, ended_at=tx.now))
        _journal(tx, _subject(ref), "asked", actor=actor, why=Blindness.PAST.value, days=PAST_DAYS)

    await core.store.write(unit)
    await core.bell.ring(RECONCILE_BELL)
    title = CHECKING(actor.lang, n=PAST_DAYS)
    return Card(title=title, tone=Tone.DONE, blocks=(Paragraph(CHECKING_WORDS(actor.lang)),))


def _subject(channel: ChannelRef) -> str:
    return f"channel:{channel.workspace}|{channel.channel}"


def _journal(
    tx: Transaction, subject: str, what: str, *, actor: Person | None = None, **facts: str | int | None
) -> None:
    who = actor.ref.person if actor else ""
    tx.journal.append(Entry(at=tx.now, name=f"coverage:gap:{what}", subject=subject, actor=who, facts=facts))


ACTS: Mapping[str, Handler] = {"coverage.audit": audit_past}
