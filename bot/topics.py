"""What a card says about its topic, as things stand now and for the person who reads it."""

from collections.abc import Callable

from bot.cards import Card
from bot.channels.cards import access, approval, exception, handover, question, unregistered
from bot.core import Core
from bot.governance.cards import attestation, checks, member, notice
from bot.inbox.cards import coverage, trouble
from bot.photos.cards import permission, picture
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import Person
from bot.review.cards import digest, incident, note

_RENDERERS: dict[TopicKind, Callable[[Transaction, Core, Topic, Person], Card | None]] = {
    TopicKind.INCIDENT: incident.render,
    TopicKind.NOTE: note.render,
    TopicKind.APPROVAL: approval.render,
    TopicKind.EXCEPTION: exception.render,
    TopicKind.QUESTION: question.render,
    TopicKind.DIGEST: digest.render,
    TopicKind.CHECKS: checks.render,
    TopicKind.MEMBER: member.render,
    TopicKind.ACCESS: access.render,
    TopicKind.HANDOVER: handover.render,
    TopicKind.ATTESTATION: attestation.render,
    TopicKind.NOTICE: notice.render,
    TopicKind.COVERAGE: coverage.render,
    TopicKind.TROUBLE: trouble.render,
    TopicKind.PICTURE: picture.render,
    TopicKind.PERMISSION: permission.render,
    TopicKind.UNREGISTERED: unregistered.render,
}


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The card that `viewer` is shown for `topic` now; None where there is nothing to show them."""
    return _RENDERERS[topic.kind](tx, core, topic, viewer)
