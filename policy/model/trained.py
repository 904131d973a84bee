"""The trained model: the small model, the encoder where it is there, and how much each of them counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Protocol

from policy.common_words import COMMON
from policy.message import Context, Message
from policy.model.layout import Laid, lay_out
from policy.model.ngrams import NgramModel
from policy.model.opinion import Opinion, Suspicion
from policy.model.plain_text import Chunk, Words
from policy.model.wordpiece import WordPiece
from policy.verdict import RuleId, Span

MOST_WORDS = 4
SHORT, VERY_SHORT = 15, 8
"""Words below which a message says little by itself: ordinary chat is made of such lines."""
LONG_WORD = 6
"""What is written without blanks has at least a word for so many letters."""
DEARER, MUCH_DEARER = 0.35, 0.25
"""By how much, in logits, each missing word raises what the model alone must see. Chosen on the development set and on
ordinary chat: false alarms there fell by more than half and no figure of the development set fell."""
SOONER = {RuleId("safety"): 0.7}
"""The share of it that counts for a rule where a miss is worse than a false alarm."""
_SIGNS = ".,;:?!()\"'"
_OF_THE_STRONGEST = 0.4
"""A word is shown where it did so much of what the strongest did."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How one rule's score is made, and from where on it counts: as a finding, as a sure one, against what a rule found
    (`doubt`), and for as grave as the rule says (`firm`)."""

    encoder: float
    small: float
    rules: float
    offset: float
    threshold: float
    sure: float
    doubt: float
    firm: float


class Seen(Protocol):
    """What a large model saw in one message: a logit for each label, and how much each chunk moved it."""

    @property
    def logits(self) -> Sequence[float]: ...

    def moved(self, label: int) -> list[float]: ...

    def examples(self, label: int) -> tuple[str, ...]: ...


class Large(Protocol):
    """A model that needs more than Python."""

    def see(self, laid: Laid) -> Seen: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """All that was loaded. `alone` weighs the small model where the large one is not asked: where no rule found
    anything and the small model's scores all lie below `gate`."""

    version: str
    labels: tuple[RuleId, ...]
    weighings: Mapping[RuleId, Weighing]
    alone: Mapping[RuleId, Weighing]
    gate: float
    words: Words
    pieces: WordPiece
    small: NgramModel
    large: Large | None


class TrainedModel:
    """Scores of all rules for one message. Without a large model the small one goes on alone, with its own weights."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._thresholds = {rule: weighing.threshold for rule, weighing in parts.weighings.items()}

    @property
    def version(self) -> str:
        return self._parts.version

    @property
    def is_whole(self) -> bool:
        """Whether the encoder is there."""
        return self._parts.large is not None

    def opinion(self, message: Message, context: Context, found: Mapping[RuleId, float]) -> Opinion:
        """What the model says where the rules found `found`, with these scores."""
        parts = self._parts
        laid = lay_out(
            message,
            context,
            parts.pieces,
            parts.words,
            lambda part: max(parts.small.logits(part, message, context)),
        )
        small = parts.small.logits_of_words(laid.words, message, context)
        scores = self._scores(parts.alone, small, found)
        seen = None
        if parts.large is not None and (found or context.before or max(scores.values()) >= parts.gate):
            seen = parts.large.see(laid)
            scores = self._scores(parts.weighings, small, found, seen.logits)
        thresholds = self._held_against(message.text, found)
        suspicions = [
            self._suspicion(number, scores[rule], laid, seen, message)
            for number, rule in enumerate(parts.labels)
            if scores[rule] >= thresholds[rule] and laid.chunks
        ]
        return Opinion(
            scores,
            tuple(suspicions),
            frozenset(rule for rule in found if rule in scores and scores[rule] < parts.weighings[rule].doubt),
            frozenset(rule for rule in found if rule in scores and scores[rule] < parts.weighings[rule].firm),
            thresholds,
        )

    def _held_against(self, text: str, found: Mapping[RuleId, float]) -> Mapping[RuleId, float]:
        """The thresholds for this message: the fewer its words, the surer the model must be of what no rule found."""
        words = max(len(text.split(maxsplit=SHORT)), len(text) // LONG_WORD)
        if words >= SHORT:
            return self._thresholds
        dearer = DEARER * (SHORT - words) + MUCH_DEARER * max(0, VERY_SHORT - words)
        return {
            rule: threshold if rule in found else _raised(threshold, dearer * SOONER.get(rule, 1.0))
            for rule, threshold in self._thresholds.items()
        }

    def _scores(
        self,
        weighings: Mapping[RuleId, Weighing],
        small: Sequence[float],
        found: Mapping[RuleId, float],
        large: Sequence[float] | None = None,
    ) -> dict[RuleId, float]:
        scores: dict[RuleId, float] = {}
        for number, rule in enumerate(self._parts.labels):
            weighing = weighings[rule]
            logit = weighing.small * small[number] + weighing.rules * found.get(rule, 0.0) + weighing.offset
            if large is not None:
                logit += weighing.encoder * large[number]
            scores[rule] = 1 / (1 + exp(-max(-30.0, min(30.0, logit))))
        return scores

    def _suspicion(self, number: int, score: float, laid: Laid, seen: Seen | None, message: Message) -> Suspicion:
        rule = self._parts.labels[number]
        if seen is not None:
            moved = seen.moved(number)
        else:
            moved = self._parts.small.moved([chunk.text for chunk in laid.chunks], number, message)
        return Suspicion(
            rule=rule,
            score=score,
            is_sure=score >= self._parts.weighings[rule].sure,
            words=_strongest(laid, moved),
            examples=seen.examples(number) if seen is not None else (),
        )


def _strongest(laid: Laid, moved: list[float]) -> tuple[Span, ...]:
    """The chunks that moved the model most, in the order they stand; signs alone are no words, and words that are in
    every other message tell a reader nothing where there are others."""
    words = [(-share, number) for number, share in enumerate(moved) if share > 0 and _is_word(laid.chunks[number])]
    telling = [(share, number) for share, number in words if laid.chunks[number].text.strip(_SIGNS) not in COMMON]
    ranked = sorted(telling or words)
    chosen = [number for share, number in ranked[:MOST_WORDS] if -share >= _OF_THE_STRONGEST * -ranked[0][0]]
    return tuple(laid.folded.span(laid.chunks[number].start, laid.chunks[number].end) for number in sorted(chosen))


def _is_word(chunk: Chunk) -> bool:
    return any(letter.isalnum() for letter in chunk.text)


def _raised(threshold: float, by: float) -> float:
    """The threshold, moved up by so many logits."""
    return 1 / (1 + exp(-(log(threshold / (1 - threshold)) + by)))
