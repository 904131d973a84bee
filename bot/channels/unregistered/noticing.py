"""Notices channels that nobody registered: when Chaperone is put into one, and every night by how they look."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import islice
from zlib import crc32

from bot.acts import DutyHandler
from bot.channels.unregistered.asking import ask, note_gone
from bot.channels.unregistered.signs import Classes, classes_of, looks_sponsored, signs_of
from bot.core import Core
from bot.errors import PlatformBusy, Unable, Undeliverable
from bot.events import Watched
from bot.ids import ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.people.alerts import next_at
from bot.people.identity import introduced, rostered
from bot.ports import Ability, Transaction
from bot.records.duties import LEASES, Duty, DutyItem
from bot.records.journal import Entry
from bot.records.registry import ChannelFacts, ChannelState, Person
from bot.records.unregistered import ListedChannel, Sign, UnregisteredChannel, Why
from bot.wording.subjects import channel_in, subject_of
from policy.message import Role
from policy.pack import ChannelHints

ADDED, SWEEP = "unregistered.added", "unregistered.sweep"
NIGHT = time(2, 0)
SPREAD = timedelta(hours=2)
MOST_LOOKED_INTO, FOR_OTHERS = 40, 10
"""Channels of a workspace whose members are counted in one night, and how many of them are such as nothing speaks for
yet, as long as there are."""
LONGEST_ABOUT = 200
FAMILIES = (Role.STUDENT, Role.PARENT)


def note_watched(tx: Transaction, event: Watched) -> None:
    """Chaperone was put into a channel, or taken out. Whoever put it into one that nobody registered is asked."""
    ref = event.channel
    if not event.is_watched:
        note_gone(tx, ref)
        return
    plan_sweep(tx, ref.workspace)
    if not _is_registered(tx, ref):
        tx.duties.set(Duty(kind=ADDED, subject=subject_of(ref), due_at=tx.now, note=event.by or ""))


def plan_sweeps(tx: Transaction) -> None:
    """Makes sure that the channels of each workspace are looked over every night."""
    known = {channel.ref.workspace for channel in tx.registry.channels()}
    for workspace in sorted(known | {person.ref.workspace for person in tx.registry.people()}):
        plan_sweep(tx, workspace)


def plan_sweep(tx: Transaction, workspace: WorkspaceId) -> None:
    """The same for one workspace."""
    if tx.duties.get(SWEEP, workspace) is None:
        tx.duties.set(Duty(kind=SWEEP, subject=workspace, due_at=_tonight(tx, workspace)))


async def _on_added(core: Core, item: DutyItem) -> None:
    """Finds out what the channel is called and who can be asked, then asks."""
    ref = channel_in(item.duty.subject)
    by: Person | None = None
    facts = ChannelFacts()
    with suppress(Undeliverable):
        facts = await core.platforms(ref.workspace).facts(ref)
    if item.duty.note:
        with suppress(Undeliverable):
            by = await introduced(core, ref.person(PersonId(item.duty.note)))
    inside = () if by is not None and by.is_on_duty else await _inside(core, ref)

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        if facts.is_watched is not False:
            listed = ListedChannel(ref=ref, name=facts.name or ref.channel, is_added=True)
            _notice(tx, listed, (), _likely_owner(tx, by.ref if by is not None else None, inside))

    await core.store.write(unit)


async def _on_sweep(core: Core, item: DutyItem) -> None:
    """Looks over the workspace's channels that nobody registered. Each that is noticed is kept at once. Where the
    platform has no more to give, or before the lease runs out, the look is over: the others have their turn on another
    night."""
    workspace = WorkspaceId(item.duty.subject)
    if core.can(workspace, Ability.LIST_CHANNELS):
        longest = core.limits.lease * (LEASES - 1)
        with suppress(Undeliverable, Unable, PlatformBusy, TimeoutError):
            async with asyncio.timeout(longest.total_seconds()):
                await _look_over(core, workspace)

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        tx.duties.set(Duty(kind=SWEEP, subject=workspace, due_at=_tonight(tx, workspace)))

    await core.store.write(unit)


async def _look_over(core: Core, workspace: WorkspaceId) -> None:
    pack = core.shelf.get(core.default_pack)
    hints = pack.settings.channel_hints if pack is not None else ChannelHints()
    listed = await core.platforms(workspace).listed(workspace)
    unknown, titles, now = await core.store.read(
        lambda tx: (_unknown(tx, listed), [each.title for each in tx.roster.classes()], tx.now)
    )
    classes = await asyncio.to_thread(classes_of, titles, hints)
    for each in _in_turn(unknown, hints, classes, now.toordinal()):
        await _look_into(core, each, hints, classes)


async def _look_into(core: Core, listed: ListedChannel, hints: ChannelHints, classes: Classes) -> None:
    ref = listed.ref
    if listed.creator is not None:
        with suppress(Undeliverable):
            await introduced(core, ref.person(listed.creator))
    inside = await _inside(core, ref)

    def unit(tx: Transaction) -> None:
        creator = ref.person(listed.creator) if listed.creator is not None else None
        maker = tx.registry.person(creator) if creator is not None else None
        families = _families(tx, inside, at_most=hints.families)
        is_of_staff = maker is not None and maker.is_on_duty
        signs = signs_of(listed.name, hints, classes, families=families, is_of_staff=is_of_staff)
        if listed.is_added or looks_sponsored(signs):
            _notice(tx, listed, signs, _likely_owner(tx, creator, inside))

    await core.store.write(unit)


def _notice(tx: Transaction, listed: ListedChannel, signs: Sequence[Sign], owner: PersonRef | None) -> None:
    """Keeps that the channel was noticed, and asks about it, once."""
    known = tx.unregistered.get(listed.ref)
    if _is_registered(tx, listed.ref) or (known is not None and not _is_to_ask(known)):
        return
    noticed = UnregisteredChannel(
        ref=listed.ref,
        name=listed.name,
        about=listed.about[:LONGEST_ABOUT],
        why=Why.ADDED if listed.is_added else Why.LOOKS,
        signs=tuple(signs),
        noticed_at=known.noticed_at if known is not None else tx.now,
        owner=owner,
        version=known.version if known is not None else 0,
    )
    tx.unregistered.save(noticed)
    if known is None:
        subject = f"channel:{subject_of(listed.ref)}"
        facts = {"why": noticed.why.value, "signs": " ".join(noticed.signs)}
        tx.journal.append(Entry(at=tx.now, name="channel:unregistered:noticed", subject=subject, actor="", facts=facts))
    ask(tx, noticed)


def _is_to_ask(known: UnregisteredChannel) -> bool:
    """Whether nobody was asked yet, or Chaperone is back where it had been taken out before anybody answered."""
    return known.is_gone or (known.is_open and known.asked_at is None)


def _unknown(tx: Transaction, listed: Iterable[ListedChannel]) -> list[ListedChannel]:
    """Those that are not on the register and about which nobody was asked."""
    found = []
    for each in listed:
        known = tx.unregistered.get(each.ref)
        is_asked = known is not None and not _is_to_ask(known)
        if not is_asked and not _is_registered(tx, each.ref):
            was_added = known is not None and known.why is Why.ADDED and not known.is_gone
            found.append(replace(each, is_added=each.is_added or was_added))
    return found


def _in_turn(
    unknown: Sequence[ListedChannel], hints: ChannelHints, classes: Classes, night: int
) -> list[ListedChannel]:
    """Those that are looked into in the night of that number: where Chaperone was put and those whose names speak for
    it, then some of the others. Where they are too many, each has its turn within some nights."""
    likely: list[ListedChannel] = []
    others: list[ListedChannel] = []
    for each in unknown:
        is_named = bool(signs_of(each.name, hints, classes, families=0, is_of_staff=False))
        (likely if each.is_added or is_named else others).append(each)
    first = _turn(likely, night, MOST_LOOKED_INTO - min(FOR_OTHERS, len(others)))
    return [*first, *_turn(others, night, MOST_LOOKED_INTO - len(first))]


def _turn(channels: Sequence[ListedChannel], night: int, at_most: int) -> list[ListedChannel]:
    """So many of them, others the next night, and in another order: a look that is cut short always misses the last."""
    turns = max(1, -(-len(channels) // at_most))
    tonight = sorted(channels, key=lambda each: each.ref)[night % turns :: turns]
    return sorted(tonight, key=lambda each: crc32(f"{night} {each.ref.channel}".encode()))


async def _inside(core: Core, ref: ChannelRef) -> Sequence[PersonRef]:
    """Who is in the channel, as far as the platform shows it."""
    if not core.can(ref.workspace, Ability.LIST_MEMBERS):
        return ()
    try:
        return [ref.person(member) for member in await core.platforms(ref.workspace).rough_members(ref)]
    except (Undeliverable, Unable):
        return ()


def _families(tx: Transaction, inside: Sequence[PersonRef], *, at_most: int) -> int:
    """How many students and parents of the roster are among them. Nobody is put on the register for it."""
    theirs = (p for p in tx.registry.known(inside).values() if p.role in FAMILIES and rostered(tx, p))
    return len(list(islice(theirs, at_most)))


def _likely_owner(tx: Transaction, first: PersonRef | None, inside: Sequence[PersonRef]) -> PersonRef | None:
    """Who is asked: whoever made the channel or put Chaperone there, if they are staff, else a member of the staff who
    is in it; rather somebody with others of them above than those who stand above, and operators the last."""
    maker = tx.registry.person(first) if first is not None else None
    if maker is not None and maker.is_on_duty:
        return maker.ref
    staff = [person for person in tx.registry.known(inside).values() if person.is_on_duty]
    higher = {person.supervisor for person in staff}

    def rank(person: Person) -> tuple[bool, bool, bool, PersonRef]:
        return person.is_operator, person.ref in higher, person.supervisor is None, person.ref

    return min(staff, key=rank).ref if staff else None


def _is_registered(tx: Transaction, ref: ChannelRef) -> bool:
    channel = tx.registry.channel(ref)
    return channel is not None and channel.state is not ChannelState.NOTICED


def _tonight(tx: Transaction, workspace: WorkspaceId) -> datetime:
    share = crc32(workspace.encode()) % int(SPREAD.total_seconds())
    return next_at(NIGHT, "America/New_York", tx.now) + timedelta(seconds=share)


DUTIES: Mapping[str, DutyHandler] = {ADDED: _on_added, SWEEP: _on_sweep}
