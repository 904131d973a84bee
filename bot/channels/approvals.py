"""What becomes of a request and of an approval in time: reminders until it is decided, renewal before the end."""

from collections.abc import Mapping
from datetime import timedelta

from bot.acts import DutyHandler
from bot.channels.cards import approval
from bot.core import Core
from bot.governance import watch
from bot.people.alerts import owe
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.records.duties import Duty, DutyItem
from bot.records.registry import Channel, ChannelState
from bot.wording.subjects import channel_in, subject_of
from policy.verdict import Severity

REMIND_AFTER = (timedelta(days=2), timedelta(days=3), timedelta(days=4))
"""How long each reminder waits for a decision. With the last one the next above is asked too."""
WAITING, ENDING = "approval.waiting", "approval.ending"


def requested(tx: Transaction, channel: Channel) -> None:
    """A request was made: whoever decides is reminded of it."""
    subject = subject_of(channel.ref)
    if channel.state is ChannelState.REQUESTED:
        note = approval.stamp(channel)
        tx.duties.set(Duty(kind=WAITING, subject=subject, due_at=tx.now + REMIND_AFTER[0], note=f"0|{note}"))
    else:
        decided(tx, channel)


def decided(tx: Transaction, channel: Channel) -> None:
    """It was decided: nobody is reminded any more, and the owner hears before the approval ends."""
    subject = subject_of(channel.ref)
    tx.duties.drop(WAITING, subject)
    if channel.state is ChannelState.APPROVED and channel.expires_at is not None:
        due = channel.expires_at - approval.RENEW_BEFORE
        tx.duties.set(Duty(kind=ENDING, subject=subject, due_at=due, note="soon"))
    else:
        tx.duties.drop(ENDING, subject)


async def _on_waiting(core: Core, item: DutyItem) -> None:
    await core.store.write(lambda tx: _remind(core, tx, item))


def _remind(core: Core, tx: Transaction, item: DutyItem) -> None:
    tx.duties.finish(item)
    count, _, stamp = item.duty.note.partition("|")
    reminded = int(count) + 1
    channel = tx.registry.channel(channel_in(item.duty.subject))
    if channel is None or channel.state is not ChannelState.REQUESTED or approval.stamp(channel) != stamp:
        return
    is_last = reminded == len(REMIND_AFTER)
    for person in approval.deciders_of(tx, core, channel)[: 2 if is_last else 1]:
        owe(tx, approval.topic_of(channel), person, version=approval.ASKED + reminded, severity=Severity.NORMAL)
    if not is_last:
        due = tx.now + REMIND_AFTER[reminded]
        tx.duties.set(Duty(kind=WAITING, subject=item.duty.subject, due_at=due, note=f"{reminded}|{stamp}"))


async def _on_ending(core: Core, item: DutyItem) -> None:
    await core.store.write(lambda tx: _end(core, tx, item))


def _end(core: Core, tx: Transaction, item: DutyItem) -> None:
    """Before the end the owner may ask for another year; at the end the check is looked at."""
    tx.duties.finish(item)
    channel = tx.registry.channel(channel_in(item.duty.subject))
    if channel is None or channel.expires_at is None:
        return
    if tx.now >= channel.expires_at:
        watch.look(core, tx, channel.ref)
        return
    tx.duties.set(Duty(kind=ENDING, subject=item.duty.subject, due_at=channel.expires_at, note="over"))
    if channel.state is ChannelState.APPROVED:
        _offer_renewal(tx, channel, approval.topic_of(channel))


def _offer_renewal(tx: Transaction, channel: Channel, topic: Topic) -> None:
    owner = tx.registry.person(channel.owner) if channel.owner else None
    if owner is not None and owner.is_active:
        owe(tx, topic, owner, version=approval.ENDING, severity=Severity.NORMAL)


DUTIES: Mapping[str, DutyHandler] = {WAITING: _on_waiting, ENDING: _on_ending}
