"""Which notices are still to be posted or shown: once to whoever they are for, and again when the wording changes."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from bot.governance.cards import notice as cards
from bot.governance.check import View
from bot.ids import ChannelRef, PersonRef
from bot.people.alerts import owe
from bot.ports import Ability, Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.duties import Duty
from bot.records.governance import NoticePosting, NoticeReceipt
from bot.records.journal import Entry
from bot.records.registry import Channel, Person
from bot.wording.subjects import subject_of
from policy.message import Role
from policy.notices import Audience, Notice
from policy.pack import Pack
from policy.verdict import Severity

POST = "notice.post"


def awaits_notice(tx: Transaction, pack: Pack | None, channel: ChannelRef) -> bool:
    """Whether people must still be told before messages of the channel may be read."""
    first = (notice for notice in pack.notices.values() if notice.is_first) if pack else ()
    return any(tx.notices.posting(channel, notice.id, notice.version) is None for notice in first)


def ensure(view: View) -> None:
    """Has each notice posted that is not on record in this wording, and shown to those who have not seen it: one card
    for each person, whatever number of notices it is."""
    shown: dict[PersonRef, Person] = {}
    for notice in view.pack.notices.values():
        posted = view.posting(notice)
        if notice.to is Audience.MEMBERS and posted is None:
            _have_posted(view, notice)
        else:
            shown |= {person.ref: person for person in _shown_to(view, notice, _audience(view, notice, posted))}
    for person in shown.values():
        owe_card(view.tx, cards.own_topic(view.channel), person, notify=True)


def note_posted(view: View, notice: Notice, *, by: PersonRef | None) -> bool:
    """Keeps that the notice was given, by Chaperone or by somebody who says so. False: it was on record."""
    tx, channel = view.tx, view.channel
    posting = NoticePosting(channel=channel.ref, notice=notice.id, version=notice.version, at=view.now, by=by)
    if not tx.notices.add_posting(posting):
        return False
    if channel.awaits_notice and not awaits_notice(tx, view.pack, channel.ref):
        tx.registry.save_channel(replace(channel, awaits_notice=False))
    facts = {"notice": notice.id, "version": notice.version, "pack": view.pack.id}
    subject = f"channel:{subject_of(channel.ref)}"
    actor = by.person if by else ""
    tx.journal.append(Entry(at=view.now, name="channel:notice:given", subject=subject, actor=actor, facts=facts))
    return True


def _have_posted(view: View, notice: Notice) -> None:
    subject = f"{subject_of(view.channel.ref)}|{notice.id}"
    can = view.core.can(view.channel.ref.workspace, Ability.ANNOUNCE)
    if can and view.tx.duties.get(POST, subject) is None:
        view.tx.duties.set(Duty(kind=POST, subject=subject, due_at=view.now))


def _audience(view: View, notice: Notice, posted: NoticePosting | None) -> Collection[Person]:
    """Whom the notice is shown to one by one: parents of the students, and members who came after it was posted."""
    if notice.to is Audience.PARENTS:
        inside = (m.person for m in view.members if m.person is not None and m.person.role is Role.PARENT)
        known = (place.account for place in view.parents)
        return {person.ref: person for person in (*inside, *known) if person is not None}.values()
    came = (m.person for m in view.members if posted is not None and m.place.joined_at > posted.at)
    return [person for person in came if person is not None]


def _shown_to(view: View, notice: Notice, people: Collection[Person]) -> Iterator[Person]:
    """Keeps that the notice is shown to each of them who has not seen it; those are returned."""
    tx, ref, version = view.tx, view.channel.ref, notice.version
    receipts = tx.notices.receipts(ref, notice.id) if people else ()
    shown = {receipt.person for receipt in receipts if receipt.version == version}
    for person in people:
        if person.is_active and person.ref not in shown:
            receipt = NoticeReceipt(channel=ref, notice=notice.id, person=person.ref, version=version, sent_at=view.now)
            tx.notices.save_receipt(receipt)
            yield person


def owe_card(tx: Transaction, topic: Topic, person: Person, *, notify: bool) -> None:
    """Owes the person a look at a card of notices as it stands now. Each time counts, be it within one second."""
    version = int(tx.now.timestamp())
    while not owe(tx, topic, person, version=version, severity=Severity.NORMAL, notify=notify):
        version += 1


def topic_of(channel: Channel, notice: Notice) -> Topic:
    """The topic of this wording of the notice as it is posted in the channel: another wording is another post."""
    return Topic(TopicKind.NOTICE, f"{subject_of(channel.ref)}|{notice.id}|{notice.version}")
