"""Until when answers about pictures are due, and when they are reminded of: as the pack says, each a duty."""

from datetime import datetime, timedelta

from bot.ids import MessageRef
from bot.photos.naming import subject_of
from bot.ports import Transaction
from bot.records.duties import Duty
from policy.pack import Pack

POSTER_DUE, POSTER_REMINDER = "picture.unanswered", "picture.poster_reminder"
PARENTS_DUE, PARENTS_REMINDER = "picture.parents", "picture.parents_reminder"


def expect_poster(tx: Transaction, pack: Pack, message: MessageRef) -> None:
    """From now on the poster has as long as the pack gives to say who is shown."""
    times = pack.settings.photos
    _set(tx, POSTER_DUE, message, timedelta(hours=times.poster_hours))
    _set(tx, POSTER_REMINDER, message, timedelta(hours=times.poster_reminder_hours))


def expect_parents(tx: Transaction, pack: Pack, message: MessageRef) -> None:
    """From now on the parents of whoever is shown have as long as the pack gives to answer."""
    times = pack.settings.photos
    _set(tx, PARENTS_DUE, message, timedelta(days=times.parent_days))
    _set(tx, PARENTS_REMINDER, message, timedelta(days=times.parent_reminder_days))


def expect_no_poster(tx: Transaction, message: MessageRef) -> None:
    """The poster is waited for no more."""
    for kind in (POSTER_DUE, POSTER_REMINDER):
        tx.duties.drop(kind, subject_of(message))


def expect_no_parents(tx: Transaction, message: MessageRef) -> None:
    """The parents are waited for no more."""
    for kind in (PARENTS_DUE, PARENTS_REMINDER):
        tx.duties.drop(kind, subject_of(message))


def due(tx: Transaction, kind: str, message: MessageRef) -> datetime | None:
    """Until when the answer is waited for; None where it is not, or no more."""
    duty = tx.duties.get(kind, subject_of(message))
    return duty.due_at if duty is not None and duty.due_at > tx.now else None


def _set(tx: Transaction, kind: str, message: MessageRef, after: timedelta) -> None:
    if after:
        tx.duties.set(Duty(kind=kind, subject=subject_of(message), due_at=tx.now + after))
