"""Whether everybody in a picture may be shown: looked up for each student who was named, asked of the parents where it
is missing, weighed again with each word of theirs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot import casebook
from bot.acts import DutyHandler
from bot.alerts import owe
from bot.core import Core
from bot.duties import Duty, DutyItem
from bot.incidents import incident_id
from bot.photos.finding import PARENT_REFUSED, PARENTS_SILENT, PERMISSION_MISSING, PHOTO, found, tell
from bot.photos.naming import named, subject_of
from bot.photos.permits import Permit, shown_in
from bot.photos.records import Pictures, PictureState
from bot.ports import Transaction
from bot.registry import Channel
from bot.roster import RosterId
from bot.topics import permission, picture
from policy.pack import Pack
from policy.verdict import Severity

ANSWER_WITHIN = timedelta(days=3)
"""After which the reviewers are reminded of parents who have not answered."""
WAITING = "picture.parents"


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
    asked = [each for each in shown if each.permit is Permit.MISSING]
    for each in asked:
        for account in each.accounts:
            topic = permission.topic_of(missing.message, each.student.id)
            owe(tx, topic, account, version=missing.version, severity=Severity.NORMAL)
    if asked or missing.has_others:
        tx.duties.set(Duty(kind=WAITING, subject=subject_of(missing.message), due_at=tx.now + ANSWER_WITHIN))
    show(tx, missing, notify=False)
    return missing


def weigh_again(core: Core, tx: Transaction, student: RosterId) -> None:
    """What a parent's new word changes for the pictures that show the student."""
    for each in tx.photos.showing(student):
        pictures = tx.photos.get(each.message)
        channel = tx.registry.channel(each.message.channel_ref)
        pack = core.shelf.get(channel.pack) if channel else None
        if pictures is None or channel is None or pack is None:
            continue
        if pictures.state not in (PictureState.MISSING, PictureState.SETTLED):
            continue
        if _is_complete(pictures, tx):
            _settle(tx, pictures)
        elif _permit(tx, pictures, student) is Permit.REFUSED:
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
        tx.duties.drop(WAITING, subject_of(refused.message))
    tell(core, tx, refused, channel, pack, found(pack, PHOTO, "parent_refused", PARENT_REFUSED))
    show(tx, refused, notify=True)


def _settle(tx: Transaction, pictures: Pictures) -> Pictures:
    """Nothing is missing."""
    settled = save(tx, replace(pictures, state=PictureState.SETTLED, sealed=None, is_overdue=False))
    tx.duties.drop(WAITING, subject_of(settled.message))
    show(tx, settled, notify=False)
    return settled


async def _on_waiting(core: Core, item: DutyItem) -> None:
    """Parents have not answered in time: the reviewers are reminded."""

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        pictures = tx.photos.get(named(item.duty.subject))
        channel = tx.registry.channel(pictures.message.channel_ref) if pictures else None
        pack = core.shelf.get(channel.pack) if channel else None
        if pictures is None or channel is None or pack is None or pictures.state is not PictureState.MISSING:
            return
        overdue = save(tx, replace(pictures, is_overdue=True))
        tell(core, tx, overdue, channel, pack, found(pack, PHOTO, "parents_silent", PARENTS_SILENT))

    await core.store.write(unit)


DUTIES: Mapping[str, DutyHandler] = {WAITING: _on_waiting}
