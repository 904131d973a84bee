"""Notices at work: posted and pinned in the channel, read, answered with yes or no, given by hand."""

from collections.abc import Mapping
from functools import partial

from bot.acts import DutyHandler, Handler
from bot.cards import Card, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused, Unable, Undeliverable
from bot.governance.cards import notice as cards
from bot.governance.cards.member import may_decide
from bot.governance.check import View, view_at
from bot.governance.noticing import POST, note_posted, owe_card, topic_of
from bot.governance.watch import look
from bot.ids import ChannelRef
from bot.people.alerts import OUTBOX_BELL
from bot.ports import Transaction
from bot.records.duties import DutyItem
from bot.records.governance import Answer, NoticeReceipt
from bot.records.registry import Person
from bot.wording.subjects import channel_in
from policy.message import Role
from policy.notices import Audience, Notice
from policy.words import Text

CHANGED = Text(
    en="The wording of this notice has changed. Please read the newer one.",
    es="El texto de este aviso ha cambiado. Lea el más reciente, por favor.",
)
NOT_FOR_YOU = Text(en="This notice is for parents of students here.", es="Este aviso es para las familias.")
NOT_YOURS = Text(
    en="Only the owner and the supervisor can say that a notice was given.",
    es="Solo el responsable y el supervisor pueden indicar que se dio un aviso.",
)
THANKS = Text(en="Thank you, that is on record", es="Gracias, queda registrado")
GIVEN = Text(
    en="It is on record with today's date that you gave this notice.",
    es="Queda registrado con la fecha de hoy que usted dio este aviso.",
)


async def answer(core: Core, actor: Person, subject: str, values: Mapping[str, str], *, given: Answer) -> Card:
    """Keeps the actor's answer to a notice, or to several that one reads at once. An answer to a slip may be changed.
    Raises Refused."""
    del values

    def unit(tx: Transaction) -> str:
        view, notices = _meant(core, tx, subject)
        for notice in notices:
            if notice.to is Audience.PARENTS and not _is_parent(view, actor):
                raise Refused(NOT_FOR_YOU)
            _keep(view, notice, actor, given)
        for topic in (cards.own_topic(view.channel), *(topic_of(view.channel, notice) for notice in notices)):
            if actor.ref in tx.outbox.shown_to(topic):
                owe_card(tx, topic, actor, notify=False)
        look(core, tx, view.channel.ref)
        return " · ".join(notice.title(actor.lang) for notice in notices)

    title = await core.store.write(unit)
    await core.bell.ring(OUTBOX_BELL)
    return Card(title=THANKS(actor.lang), tone=Tone.DONE, blocks=(Paragraph(title),))


def _keep(view: View, notice: Notice, actor: Person, given: Answer) -> None:
    ref = view.channel.ref
    known = view.tx.notices.receipt(ref, notice.id, actor.ref)
    sent_at = known.sent_at if known and known.version == notice.version else view.now
    receipt = NoticeReceipt(
        channel=ref,
        notice=notice.id,
        person=actor.ref,
        version=notice.version,
        sent_at=sent_at,
        answered_at=view.now,
        answer=given,
    )
    view.tx.notices.save_receipt(receipt)


async def _on_given(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    """The owner gave the notice by hand, or on paper."""
    del values

    def unit(tx: Transaction) -> None:
        view, notices = _meant(core, tx, subject)
        if not may_decide(view, actor):
            raise Refused(NOT_YOURS)
        for notice in notices:
            note_posted(view, notice, by=actor.ref)
        look(core, tx, view.channel.ref)

    await core.store.write(unit)
    await core.bell.ring(OUTBOX_BELL)
    return Card(title=THANKS(actor.lang), tone=Tone.DONE, blocks=(Paragraph(GIVEN(actor.lang)),))


async def _on_post(core: Core, item: DutyItem) -> None:
    """Posts the notice in the channel and pins it. Where that cannot be done, the check asks the owner to."""
    place, _, name = item.duty.subject.rpartition("|")
    view = await core.store.read(lambda tx: _view(core, tx, channel_in(place)))
    notice = view.pack.notices.get(name) if view else None
    is_posted = False
    if view is not None and notice is not None:
        platform = core.platforms(view.channel.ref.workspace)
        topic, card = topic_of(view.channel, notice), cards.announcement(view, notice)
        try:
            await platform.announce(view.channel.ref, topic, card, shown=None, pin=True)
            is_posted = True
        except (Unable, Undeliverable):
            is_posted = False

    def unit(tx: Transaction) -> None:
        tx.duties.finish(item)
        now = _view(core, tx, channel_in(place))
        if is_posted and now is not None and notice is not None:
            note_posted(now, notice, by=None)
            look(core, tx, now.channel.ref)

    await core.store.write(unit)


def _view(core: Core, tx: Transaction, ref: ChannelRef) -> View | None:
    view = view_at(tx, core, ref)
    return None if view is None or not view.channel.state.is_read else view


def _meant(core: Core, tx: Transaction, subject: str) -> tuple[View, tuple[Notice, ...]]:
    found = cards.meant(tx, core, subject)
    if found is None:
        raise Refused(CHANGED)
    return found


def _is_parent(view: View, actor: Person) -> bool:
    if any(member.place.person == actor.ref and actor.role is Role.PARENT for member in view.members):
        return True
    return any(p.account is not None and p.account.ref == actor.ref for p in view.parents)


ACTS: Mapping[str, Handler] = {
    "notice.read": partial(answer, given=Answer.READ),
    "notice.yes": partial(answer, given=Answer.YES),
    "notice.no": partial(answer, given=Answer.NO),
    "notice.given": _on_given,
}
DUTIES: Mapping[str, DutyHandler] = {POST: _on_post}
