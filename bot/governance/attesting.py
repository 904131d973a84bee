"""The owner's looks at a channel: what is new since the last one, when the next is due, and that it was done."""

from datetime import datetime, time, timedelta

from bot.governance.check import View
from bot.ids import PersonRef
from bot.people.alerts import next_at
from bot.ports import Transaction
from bot.records.duties import Duty
from bot.records.governance import Attestation
from bot.records.registry import Channel
from bot.wording.subjects import subject_of
from policy.words import Text

REMIND = "attest.remind"
MORNING = time(8, 0)
LONGEST_LEAD = timedelta(days=2)
LOOKED = Text(en="I have looked it over", es="Ya lo revisé")


def begun_at(channel: Channel, last: Attestation | None, now: datetime) -> datetime:
    """Since when there is something to look over: the last look, else the approval, else the request."""
    return last.at if last else channel.decided_at or channel.asked_at or now


def due_at(view: View) -> datetime:
    """When the next look is due, by the policy's interval."""
    begun = begun_at(view.channel, view.tx.attestations.last(view.channel.ref), view.now)
    return begun + timedelta(days=view.pack.settings.monitoring_days)


def news(tx: Transaction, channel: Channel, *, by: PersonRef) -> Attestation:
    """What a look now would find new."""
    since = begun_at(channel, tx.attestations.last(channel.ref), tx.now)
    checked, flagged = tx.messages.counted(channel.ref, since=since)
    return Attestation(
        channel=channel.ref, by=by, at=tx.now, checked=checked, flagged=flagged, open=_open_alerts(tx, channel, by)
    )


def plan(view: View, *, anew: bool) -> None:
    """Sets the reminder before the next look is due, in the owner's morning, and the look at the check when it is.
    Unless it is to be set `anew`, one that is set already stays: it may be due this moment."""
    if not anew and view.tx.duties.get(REMIND, subject_of(view.channel.ref)) is not None:
        return
    due, days = due_at(view), view.pack.settings.monitoring_days
    zone = view.owner.zone if view.owner else "America/New_York"
    reminder = next_at(MORNING, zone, due - min(LONGEST_LEAD, timedelta(days=days / 4)))
    subject = subject_of(view.channel.ref)
    if view.now >= due:
        view.tx.duties.drop(REMIND, subject)
    else:
        # A reminder is for before it is due; where there is no morning left for it, the check itself speaks.
        at, note = (reminder, "soon") if view.now < reminder < due else (due, "due")
        view.tx.duties.set(Duty(kind=REMIND, subject=subject, due_at=at, note=note))


def _open_alerts(tx: Transaction, channel: Channel, by: PersonRef) -> int:
    told = tx.incidents.told(by, limit=200)
    return sum(not each.state.is_decided and each.message.channel_ref == channel.ref for each in told)
