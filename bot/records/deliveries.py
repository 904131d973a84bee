"""What is to be shown to whom: a topic, a person, and how urgent it is. The outbox holds these until they are shown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import PersonRef
from policy.verdict import Severity


class TopicKind(StrEnum):
    """What a card can be about. Each kind has one renderer, which `bot/topics.py` names."""

    INCIDENT = "incident"
    NOTE = "note"
    APPROVAL = "approval"
    EXCEPTION = "exception"
    QUESTION = "question"
    DIGEST = "digest"
    CHECKS = "checks"
    MEMBER = "member"
    ACCESS = "access"
    HANDOVER = "handover"
    ATTESTATION = "attestation"
    NOTICE = "notice"
    COVERAGE = "coverage"
    TROUBLE = "trouble"
    PICTURE = "picture"
    PERMISSION = "permission"
    UNREGISTERED = "unregistered"


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """The subject of a card, for example `incident:4f2a…`. One recipient has one card for each topic, changed in
    place."""

    kind: TopicKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Topic":
        """The topic that `str` wrote. Raises ValueError on anything else."""
        kind, _, id_ = text.partition(":")
        return cls(TopicKind(kind), id_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Show `topic` to `to`. The first one for a recipient and topic makes the card, later ones change it in place and,
    where `notify` is set, call for attention again. `version` is the topic's version that made it necessary: one
    delivery for each topic, recipient and version, however often it is asked for."""

    topic: Topic
    to: PersonRef
    version: int
    severity: Severity
    not_before: datetime
    notify: bool = True

    @property
    def key(self) -> str:
        return f"{self.topic}|{self.to.workspace}|{self.to.person}|{self.version}"
