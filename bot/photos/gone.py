"""Pictures that are gone from the channel: nobody is asked about them any more, and what is known of them stays where
it was not settled."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core import Core
from bot.ids import MessageRef, PersonId
from bot.photos import traces
from bot.photos.consent import save, show
from bot.photos.naming import LOOK, subject_of
from bot.photos.place import place_of
from bot.photos.times import expect_no_parents, expect_no_poster
from bot.ports import Transaction
from bot.records.journal import Entry
from bot.records.photos import PictureState


def note_gone(core: Core, tx: Transaction, message: MessageRef, *, at: datetime, by: PersonId | None) -> None:
    """The message was deleted, or changed into one without its pictures; by whom, where the platform says it."""
    known = tx.photos.get(message)
    if known is None or known.state is PictureState.GONE:
        return
    tx.duties.drop(LOOK, subject_of(message))
    expect_no_poster(tx, message)
    expect_no_parents(tx, message)
    place = place_of(tx, core, message)
    if place is not None and known.state is not PictureState.SETTLED:
        traces.leave(core, tx, place, at=at, by=by)
    show(tx, save(tx, replace(known, state=PictureState.GONE, sealed=None)), notify=False)
    subject = f"picture:{subject_of(message)}"
    facts: Mapping[str, str | int] = {"state": known.state.value, "faces": known.faces}
    tx.journal.append(Entry(at=tx.now, name="picture:message:gone", subject=subject, actor=by or "", facts=facts))
