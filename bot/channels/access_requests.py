"""Parents and the channels of their children: offered, asked for, answered by the owner or, in time, the supervisor."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.acts import DutyHandler, Handler
from bot.cards import Card
from bot.channels.cards import access as cards
from bot.core import Core
from bot.errors import Refused
from bot.governance import members, watch
from bot.governance.cards import member
from bot.ids import ChannelRef
from bot.people.alerts import OUTBOX_BELL, owe
from bot.people.identity import rostered
from bot.people.parents import access_of, is_child_in, parents_of_channel, show, topic_of
from bot.people.routing import supervisor_of
from bot.ports import Ability, Transaction
from bot.records.access import AccessState, ParentAccess
from bot.records.duties import DUTIES_BELL, Duty, DutyItem
from bot.records.journal import Entry
from bot.records.registry import Channel, Person
from bot.records.roster import RosterPerson
from bot.wording.forms import needed, text
from bot.wording.subjects import channel_in, subject_of
from policy.verdict import Severity
from policy.words import Text

ANSWER_WITHIN = timedelta(days=2)
"""After which a request that the owner has not answered goes to the supervisor."""
WAITING = "access.waiting"

REASON = Text(en="Reason", es="Motivo")
NOT_A_PARENT = Text(
    en="The school's roster does not have your e-mail address as a parent's. Ask the school office to add it; then "
    "type “/policy join” again.",
    es="Su correo no figura en la lista de la escuela como el de un padre o una madre. Pida a la secretaría que lo "
    "añada y escriba después “/policy unirme”.",
)
NOT_YOUR_CHILDS = Text(
    en="None of your children is in a channel of that name. Type “/policy join” to see those that they are in.",
    es="Ninguno de sus hijos está en un canal con ese nombre. Escriba “/policy unirme” para ver en cuáles están.",
)
NOT_YOURS = Text(
    en="Only the owner of the channel and the supervisor decide about this.",
    es="Esto lo deciden solo el responsable del canal y su supervisor.",
)


async def ask(core: Core, actor: Person, place: ChannelRef) -> Card:
    """Asks for the parent's access to the channel; asked again while it waits, it changes nothing. Raises Refused."""
    card = await core.store.write(lambda tx: _ask(core, tx, actor, place))
    await _ring(core)
    return card


async def offer(core: Core, actor: Person, place: ChannelRef) -> Card:
    """Offers access to every parent who is not in and was not offered it yet: those whom the platform lets us invite
    are invited, others with an account get a card, and for the rest the owner gets an invitation to send. Raises
    Refused."""
    card = await core.store.write(lambda tx: _offer(core, tx, actor, place))
    await _ring(core)
    return card


async def decide(core: Core, actor: Person, subject: str, reason: str, *, is_granted: bool) -> Card:
    """Answers a parent's request. What is decided stays; only the supervisor may still grant what the owner declined.
    Raises Refused."""
    card = await core.store.write(lambda tx: _decide(core, tx, actor, subject, reason, is_granted=is_granted))
    await _ring(core)
    return card


def parents_here(tx: Transaction, account: Person) -> tuple[RosterPerson, ...]:
    """As which parents the roster knows the account. Raises Refused where it is none."""
    found = tuple(one for one in rostered(tx, account) if one.is_parent and one.left_at is None)
    if not found:
        raise Refused(NOT_A_PARENT)
    return found


def _ask(core: Core, tx: Transaction, actor: Person, place: ChannelRef) -> Card:
    channel = tx.registry.channel(place)
    parent = next((one for one in parents_here(tx, actor) if is_child_in(tx, one.id, place)), None)
    if channel is None or not channel.state.is_read or parent is None:
        raise Refused(NOT_YOUR_CHILDS)
    access = access_of(tx, place, parent.id)
    is_in = actor.ref in tx.registry.members(place)
    if is_in or access.state in (AccessState.ASKED, AccessState.GRANTED):
        return cards.card(tx, core, channel, access, actor, is_in=is_in)
    owner, supervisor = cards.owner_of(tx, channel), supervisor_of(tx, channel)
    # Whoever asks again after the owner's no asks the supervisor.
    goes_above = owner is None or access.state is AccessState.DECLINED
    asked = replace(
        access,
        account=actor.ref,
        asked_at=tx.now,
        decided_at=None,
        decided_by=None,
        is_granted=None,
        reason="",
        is_overdue=goes_above,
        joined_at=None,
    )
    asked = _save(tx, asked)
    decider = supervisor if goes_above else owner
    if decider is not None:
        owe(tx, topic_of(asked), decider, version=asked.version, severity=Severity.NORMAL)
    if not goes_above:
        tx.duties.set(Duty(kind=WAITING, subject=topic_of(asked).id, due_at=tx.now + ANSWER_WITHIN))
    _journal(tx, asked, actor, "asked")
    watch.look(core, tx, place)
    return cards.card(tx, core, channel, asked, actor)


def _offer(core: Core, tx: Transaction, actor: Person, place: ChannelRef) -> Card:
    channel = _theirs(tx, actor, place)
    by_hand: list[RosterPerson] = []
    invited = told = 0
    for each in parents_of_channel(tx, channel):
        if each.is_in or each.access.state not in (AccessState.NONE, AccessState.OFFERED):
            continue
        access = each.access
        if access.state is AccessState.NONE:
            access = replace(access, offered_at=tx.now, offered_by=actor.ref)
            access = _save(tx, replace(access, account=each.account.ref if each.account else None))
            _journal(tx, access, actor, "offered")
        if each.account is None or not each.account.is_active:
            by_hand.append(each.parent)
        elif _can_invite(core, channel):
            invited += 1
            _invite(tx, channel, each.account)
        else:
            told += 1
            owe(tx, topic_of(access), each.account, version=access.version, severity=Severity.NORMAL)
    watch.look(core, tx, place)
    return cards.offered(channel, actor, invited=invited, told=told, by_hand=by_hand)


def _decide(core: Core, tx: Transaction, actor: Person, subject: str, reason: str, *, is_granted: bool) -> Card:
    place, parent = cards.named(subject)
    channel = _theirs(tx, actor, place)
    access = access_of(tx, place, parent)
    supervisor = supervisor_of(tx, channel)
    is_above = supervisor is not None and actor.ref == supervisor.ref
    is_open = access.state is AccessState.ASKED
    if not is_open and not (is_above and is_granted and access.state is AccessState.DECLINED):
        return cards.card(tx, core, channel, access, actor)
    access = replace(access, decided_at=tx.now, decided_by=actor.ref, is_granted=is_granted, reason=reason)
    access = _save(tx, access)
    topic = topic_of(access)
    tx.duties.drop(WAITING, topic.id)
    _journal(tx, access, actor, access.state.value)
    account = tx.registry.person(access.account) if access.account else None
    if account is not None and account.is_active:
        owe(tx, topic, account, version=access.version, severity=Severity.NORMAL)
        if is_granted and _can_invite(core, channel):
            _invite(tx, channel, account)
    if not is_granted and not is_above and supervisor is not None:
        owe(tx, topic, supervisor, version=access.version, severity=Severity.NORMAL)
    show(tx, access)
    watch.look(core, tx, place)
    return cards.card(tx, core, channel, access, actor)


def _theirs(tx: Transaction, actor: Person, place: ChannelRef) -> Channel:
    """The channel, for somebody who answers for it. Raises Refused for anybody else."""
    channel = tx.registry.channel(place)
    if channel is None or not cards.may_decide(tx, channel, actor):
        raise Refused(NOT_YOURS)
    return channel


def _can_invite(core: Core, channel: Channel) -> bool:
    workspace = channel.ref.workspace
    return Ability.INVITE in core.platforms(workspace).abilities(workspace)


def _invite(tx: Transaction, channel: Channel, account: Person) -> None:
    tx.duties.set(Duty(kind=members.INVITE, subject=member.topic_of(account.ref, channel).id, due_at=tx.now))


def _save(tx: Transaction, access: ParentAccess) -> ParentAccess:
    saved = replace(access, version=access.version + 1)
    tx.parents.save(saved)
    return saved


def _journal(tx: Transaction, access: ParentAccess, actor: Person | None, what: str) -> None:
    subject = f"channel:{subject_of(access.channel)}"
    facts = {"parent": access.parent, "account": access.account.person if access.account else None}
    by = actor.ref.person if actor else ""
    tx.journal.append(Entry(at=tx.now, name=f"channel:parent:{what}", subject=subject, actor=by, facts=facts))


async def _ring(core: Core) -> None:
    for bell in (OUTBOX_BELL, DUTIES_BELL):
        await core.bell.ring(bell)


async def _on_waiting(core: Core, item: DutyItem) -> None:
    """The owner has not answered in time: the supervisor is asked."""

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        place, parent = cards.named(item.duty.subject)
        channel = tx.registry.channel(place)
        access = access_of(tx, place, parent)
        supervisor = supervisor_of(tx, channel) if channel is not None else None
        if access.state is not AccessState.ASKED or supervisor is None:
            return
        overdue = _save(tx, replace(access, is_overdue=True))
        owe(tx, topic_of(overdue), supervisor, version=overdue.version, severity=Severity.HIGH)
        _journal(tx, overdue, None, "overdue")
        show(tx, overdue)
        watch.look(core, tx, place)

    await core.store.write(unit)


async def _on_ask(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await ask(core, actor, channel_in(subject))


async def _on_offer(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    del values
    return await offer(core, actor, channel_in(subject))


async def _on_grant(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    return await decide(core, actor, subject, text(values, "reason", REASON, limit=500), is_granted=True)


async def _on_decline(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    reason = needed(text(values, "reason", REASON, limit=500), REASON)
    return await decide(core, actor, subject, reason, is_granted=False)


ACTS: Mapping[str, Handler] = {
    "access.ask": _on_ask,
    "access.offer": _on_offer,
    "access.grant": _on_grant,
    "access.decline": _on_decline,
}
DUTIES: Mapping[str, DutyHandler] = {WAITING: _on_waiting}
