"""People who came without an invitation or do not belong: the owner is asked about each, in time the supervisor."""

from collections.abc import Collection
from datetime import timedelta

from bot.governance.cards import member
from bot.governance.check import View
from bot.ids import PersonId, PersonRef
from bot.people.alerts import owe
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.records.duties import Duty
from bot.records.registry import Channel
from policy.verdict import Severity

DECIDE_WITHIN = timedelta(days=2)
"""After which a newcomer about whom the owner has not decided goes to the supervisor."""
MOST_ASKED = 5
"""Newcomers of one moment about whom the owner is asked one by one; more of them stand in the channel's card only."""
UNDECIDED = "member.undecided"


def ask_about(view: View, people: Collection[PersonId]) -> None:
    """Asks the owner about each newcomer, and sets the time after which the supervisor is asked."""
    if len(people) > MOST_ASKED:
        return
    asked = view.owner if view.owner is not None and view.owner.is_on_duty else view.supervisor
    version = member.version(member.ASKED, view.now)
    for person in sorted(people):
        topic = member.topic_of(view.channel.ref.person(person), view.channel)
        if asked is not None:
            owe(view.tx, topic, asked, version=version, severity=Severity.NORMAL)
        view.tx.duties.set(Duty(kind=UNDECIDED, subject=topic.id, due_at=view.now + DECIDE_WITHIN))


def settle(tx: Transaction, channel: Channel, person: PersonRef) -> None:
    """It is decided about the person: nobody is reminded any more, and the cards show it."""
    topic = member.topic_of(person, channel)
    tx.duties.drop(UNDECIDED, topic.id)
    _show(tx, topic)


def _show(tx: Transaction, topic: Topic) -> None:
    version = member.version(member.DECIDED, tx.now)
    for ref in tx.outbox.shown_to(topic):
        viewer = tx.registry.person(ref)
        if viewer is not None and viewer.is_active:
            owe(tx, topic, viewer, version=version, severity=Severity.NORMAL, notify=False)
