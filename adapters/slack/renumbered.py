"""A channel that Slack gave another id, as it does where one is shared with another organisation, stays on the
register."""

from dataclasses import replace

from bot.ids import ChannelRef
from bot.ports import Transaction
from bot.records.journal import Entry
from bot.records.registry import ChannelState
from bot.wording.subjects import subject_of


def renumber(tx: Transaction, old: ChannelRef, new: ChannelRef) -> bool:
    """Goes on with the channel under its new id: owner, approval, members and exceptions stay. What was said under the
    old one keeps its incidents. False where the old one is not on the register, or the new one is already."""
    known = tx.registry.channel(old)
    if known is None or known.state is ChannelState.CLOSED or tx.registry.channel(new) is not None:
        return False
    tx.registry.save_channel(replace(known, ref=new))
    tx.registry.save_channel(replace(known, state=ChannelState.CLOSED))
    tx.registry.save_facts(new, tx.registry.facts(old))
    for person in tx.registry.members(old):
        tx.registry.join(new, person, by=None, at=tx.now)
    for exception in tx.registry.exceptions(old):
        tx.registry.save_exception(replace(exception, channel=new))
    subject = f"channel:{subject_of(new)}"
    tx.journal.append(
        Entry(at=tx.now, name="channel:id:changed", subject=subject, actor="", facts={"old": old.channel})
    )
    return True
