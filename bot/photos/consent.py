"""Whether everybody in a picture may be shown: looked up for each student who was named, asked of the parents where it
is missing, weighed again with each word of theirs."""

from collections.abc import Mapping
from dataclasses import replace

from bot.acts import DutyHandler
from bot.core import Core
from bot.ids import MessageRef
from bot.judging import casebook
from bot.people.alerts import owe
from bot.photos.cards import permission, picture
from bot.photos.finding import PARENT_REFUSED, PARENTS_SILENT, PERMISSION_MISSING, PHOTO, found, tell
from bot.photos.naming import named
from bot.photos.permits import Permit, shown_in
from bot.photos.place import place_of
from bot.photos.times import PARENTS_DUE, PARENTS_REMINDER, expect_no_parents, expect_parents
from bot.ports import Transaction
from bot.records.duties import DutyItem
from bot.records.incidents import incident_id
from bot.records.photos import Pictures, PictureState
from bot.records.registry import Channel
from bot.records.roster import RosterId
from policy.pack import Pack
from policy.verdict import Severity
from policy.words import Text


def weigh(
    core: Core, tx: Transaction, pictures: Pictures, channel: Channel, pack: Pack, *, others: str = ""
) -> Pictures:
    """Looks up the permission of everybody who is shown. All there: it is settled and nobody is disturbed. One missing:
    the reviewers are told, and the parents are asked. `others` names students who are not on the list."""
    shown = shown_in(tx, pictures)
    if _is_complete(pictures, tx):
        return _settle(tx, pictures)
    missing = save(tx, replace(pictures, state=PictureState.MISSING))
    refused = any(each.permit is Permit.REFUSED for each in shown)
    detector, reason = ("parent_refused", PARENT_REFUSED) if refused else ("permission_missing", PERMISSION_MISSING)
    tell(core, tx, missing, channel, pack, found(pack, PHOTO, detector, reason))
    if others:
        words = {"content": None, "note": others}
        casebook.keep(core, tx, incident_id(missing.message), missing.revision, "picture:others", tx.now, words)
    missing = save(tx, replace(missing, sealed=None))
    if _ask_parents(tx, missing) or missing.has_others:
        expect_parents(tx, pack, missing.message)
    show(tx, missing, notify=False)
    return missing


def _ask_parents(tx: Transaction, pictures: Pictures) -> bool:
    """Owes the question to each parent's account that can answer it. True where a permission is missing at all."""
    missing = [each for each in shown_in(tx, pictures) if each.permit is Permit.MISSING]
    for each in missing:
        topic = permission.topic_of(pictures.message, each.student.id)
        for account in each.accounts:
            owe(tx, topic, account, version=pictures.version, severity=Severity.NORMAL)
    return bool(missing)


def refused_in(tx: Transaction, student: RosterId) -> frozenset[MessageRef]:
    """The messages whose pictures show the student although a parent does not permit it."""
    showing = (tx.photos.get(each.message) for each in tx.photos.showing(student))
    return frozenset(
        each.message for each in showing if each is not None and _permit(tx, each, student) is Permit.REFUSED
    )


def weigh_again(core: Core, tx: Transaction, student: RosterId, *, refused_before: frozenset[MessageRef]) -> None:
    """What a parent's new word changes for the pictures that show the student. Of those that were refused before it
    everybody has heard already."""
    for each in tx.photos.showing(student):
        place = place_of(tx, core, each.message)
        if place is None or place.pictures.state not in (PictureState.MISSING, PictureState.SETTLED):
            continue
        pictures, channel, pack = place.pictures, place.channel, place.pack
        if _is_complete(pictures, tx):
            _settle(tx, pictures)
        elif _permit(tx, pictures, student) is Permit.REFUSED and pictures.message not in refused_before:
            _refused(core, tx, pictures, channel, pack)
        elif pictures.state is PictureState.SETTLED:
            weigh(core, tx, pictures, channel, pack)
        else:
            show(tx, save(tx, pictures), notify=False)


def show(tx: Transaction, pictures: Pictures, *, notify: bool) -> None:
    """Changes the cards that people have about the pictures: the poster's (`notify`: and calls for their attention),
    the parents', the alert."""
    topics = [permission.topic_of(pictures.message, student) for student in pictures.students]
    for topic in (picture.topic_of(pictures.message), *topics):
        for ref in tx.outbox.shown_to(topic):
            person = tx.registry.person(ref)
            if person is not None and person.is_active:
                is_called = notify and ref == pictures.poster
                owe(tx, topic, person, version=pictures.version, severity=Severity.NORMAL, notify=is_called)
    incident = tx.incidents.get(incident_id(pictures.message))
    if incident is not None:
        casebook.changed(tx, incident, notify=False)


def save(tx: Transaction, pictures: Pictures) -> Pictures:
    """Stores the record's next version."""
    saved = replace(pictures, version=pictures.version + 1)
    tx.photos.save(saved)
    return saved


def _is_complete(pictures: Pictures, tx: Transaction) -> bool:
    """Whether there is a permission for everybody; a student whom nobody knows any more has none."""
    shown = shown_in(tx, pictures)
    is_known = len(shown) == len(pictures.students) and not pictures.has_others
    return is_known and all(each.permit.is_given for each in shown)


def _permit(tx: Transaction, pictures: Pictures, student: RosterId) -> Permit:
    return next((one.permit for one in shown_in(tx, pictures) if one.student.id == student), Permit.MISSING)


def _refused(core: Core, tx: Transaction, pictures: Pictures, channel: Channel, pack: Pack) -> None:
    """A parent does not permit it: the reviewers are told, and the poster is asked to take it down."""
    refused = save(tx, replace(pictures, state=PictureState.MISSING))
    if not any(each.permit is Permit.MISSING for each in shown_in(tx, refused)):
        expect_no_parents(tx, refused.message)
    tell(core, tx, refused, channel, pack, found(pack, PHOTO, "parent_refused", PARENT_REFUSED))
    show(tx, refused, notify=True)


def _settle(tx: Transaction, pictures: Pictures) -> Pictures:
    """Nothing is missing."""
    settled = save(tx, replace(pictures, state=PictureState.SETTLED, sealed=None, is_overdue=False))
    expect_no_parents(tx, settled.message)
    show(tx, settled, notify=False)
    return settled


def tell_of_silence(
    core: Core, tx: Transaction, item: DutyItem, waiting: PictureState, detector: str, reason: Text
) -> Pictures | None:
    """Tells the reviewers that nobody has answered in time; the pictures, or None where nobody is waited for now."""
    tx.duties.finish(item)
    place = place_of(tx, core, named(item.duty.subject))
    if place is None or place.pictures.state is not waiting:
        return None
    overdue = save(tx, replace(place.pictures, is_overdue=True))
    tell(core, tx, overdue, place.channel, place.pack, found(place.pack, PHOTO, detector, reason))
    return overdue


async def _on_waiting(core: Core, item: DutyItem) -> None:
    """Parents have not answered in time: the reviewers are reminded."""

    def unit(tx: Transaction) -> None:
        tell_of_silence(core, tx, item, PictureState.MISSING, "parents_silent", PARENTS_SILENT)

    await core.store.write(unit)


async def _on_reminder(core: Core, item: DutyItem) -> None:
    """Parents have not answered yet: they are asked again, once."""

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        pictures = tx.photos.get(named(item.duty.subject))
        if pictures is not None and pictures.state is PictureState.MISSING:
            _ask_parents(tx, save(tx, pictures))

    await core.store.write(unit)


DUTIES: Mapping[str, DutyHandler] = {PARENTS_DUE: _on_waiting, PARENTS_REMINDER: _on_reminder}
