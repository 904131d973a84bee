"""What a trained model says of a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from policy.message import Context, Message
from policy.verdict import RuleId, Span


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A rule that the message breaks in the model's eyes.

    `words` are the stretches of the whole message (text, then names of attachments) that moved the model most,
    `examples` the nearest labelled messages, the nearest first. `is_sure` where the model is rarely wrong at such a
    score.
    """

    rule: RuleId
    score: float
    is_sure: bool
    words: tuple[Span, ...]
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """A score between 0 and 1 for each rule that the model knows, and the rules above their thresholds.

    `doubted` are rules that found something where the model, which reads the whole message, strongly disagrees;
    `unsure` those, and such as it does not firmly agree with.
    `thresholds` are what the scores were held against: higher in a message of few words.
    """

    scores: Mapping[RuleId, float]
    suspicions: tuple[Suspicion, ...]
    doubted: frozenset[RuleId] = frozenset()
    unsure: frozenset[RuleId] = frozenset()
    thresholds: Mapping[RuleId, float] = field(default_factory=dict)


class Model(Protocol):
    """A model that was loaded beforehand. It reads nothing while it judges: same input, same opinion."""

    @property
    def version(self) -> str:
        """A fingerprint of all that goes into its opinions."""
        ...

    def opinion(self, message: Message, context: Context, found: Mapping[RuleId, float]) -> Opinion:
        """What the model says where the rules found `found`, with these scores. Takes any text of any length."""
        ...
