"""The trained model: the small model, the encoder where it is there, and how much each of them counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, tanh
from typing import Protocol

from policy.common_words import COMMON
from policy.message import Context, Message
from policy.model.layout import Laid, lay_out
from policy.model.ngrams import NgramModel
from policy.model.opinion import Opinion, Suspicion
from policy.model.plain_text import Words
from policy.model.wordpiece import WordPiece
from policy.verdict import RuleId, Span

MOST_WORDS = 4
SHORT, VERY_SHORT = 18, 8
"""Words below which a message says little by itself: ordinary chat is made of such lines."""
LONG_WORD = 6
"""What is written without blanks has at least a word for so many letters."""
DEARER, MUCH_DEARER = 0.35, 0.25
"""By how much, in logits, each missing word raises what the model alone must see. Chosen on the development set and on
ordinary chat: false alarms there fell by more than half and the development set's F by less than 0.003."""
SOONER = {RuleId("safety"): 0.35}
"""The share of it that counts, after something that was said, for a rule where a miss is worse than a false alarm: a
short answer may say much."""
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
        self._whole, self._alone = (
            [weighings[rule] for rule in parts.labels] for weighings in (parts.weighings, parts.alone)
        )
        self._held_against = [[self._raised(words, said) for words in range(SHORT + 1)] for said in (False, True)]

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
        seen = None
        if parts.large is not None and (found or context.before or self._is_of_interest(small)):
            seen = parts.large.see(laid)
        scores = self._scores(small, found, seen)
        thresholds = self._thresholds(message.text, bool(context.before), found)
        suspicions = [
            self._suspicion(number, scores[rule], laid, seen, message)
            for number, rule in enumerate(parts.labels)
            if scores[rule] >= thresholds[rule] and laid.chunks
        ]
        if not found:
            return Opinion(scores, tuple(suspicions), thresholds=thresholds)
        return Opinion(
            scores,
            tuple(suspicions),
            frozenset(rule for rule in found if rule in scores and scores[rule] < parts.weighings[rule].doubt),
            frozenset(rule for rule in found if rule in scores and scores[rule] < parts.weighings[rule].firm),
            thresholds,
        )

    def _is_of_interest(self, small: Sequence[float]) -> bool:
        """Whether the small model sees anything at all in what no rule found anything in."""
        highest = max([own.small * logit + own.offset for own, logit in zip(self._alone, small, strict=True)])
        return _score(highest) >= self._parts.gate

    def _scores(self, small: Sequence[float], found: Mapping[RuleId, float], seen: Seen | None) -> dict[RuleId, float]:
        """A score for each rule, in the order of the labels."""
        if seen is None:
            logits = [own.small * logit + own.offset for own, logit in zip(self._alone, small, strict=True)]
        else:
            logits = [
                own.small * logit + own.encoder * large + own.offset
                for own, logit, large in zip(self._whole, small, seen.logits, strict=True)
            ]
        scores = dict(zip(self._parts.labels, map(_score, logits), strict=True))
        if found:
            weighings = self._alone if seen is None else self._whole
            for rule, own, logit in zip(self._parts.labels, weighings, logits, strict=True):
                if rule in found:
                    scores[rule] = _score(logit + own.rules * found[rule])
        return scores

    def _thresholds(self, text: str, said: bool, found: Mapping[RuleId, float]) -> Mapping[RuleId, float]:
        """The thresholds for this message: the fewer its words, the surer the model must be of what no rule found."""
        words = max(len(text.split(maxsplit=SHORT)), len(text) // LONG_WORD)
        raised = self._held_against[said][min(words, SHORT)]
        if not found:
            return raised
        plain = self._held_against[said][SHORT]
        return raised | {rule: threshold for rule, threshold in plain.items() if rule in found}

    def _raised(self, words: int, said: bool) -> dict[RuleId, float]:
        """The thresholds for a message of so many words in which no rule found anything; `said`: after others."""
        plain = {rule: weighing.threshold for rule, weighing in self._parts.weighings.items()}
        if words >= SHORT:
            return plain
        dearer = DEARER * (SHORT - words) + MUCH_DEARER * max(0, VERY_SHORT - words)
        return {
            rule: _raised(threshold, dearer * (SOONER.get(rule, 1.0) if said else 1.0))
            for rule, threshold in plain.items()
        }

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


def _strongest(laid: Laid, moved: Sequence[float]) -> tuple[Span, ...]:
    """The chunks that moved the model most, in the order they stand; signs alone are no words, and words that are in
    every other message tell a reader nothing where there are others."""
    words: list[int] = []
    telling: list[int] = []
    for number in sorted([number for number, share in enumerate(moved) if share > 0], key=lambda each: -moved[each]):
        text = laid.chunks[number].text
        if len(telling) >= MOST_WORDS or (telling and moved[number] < _OF_THE_STRONGEST * moved[telling[0]]):
            break
        if text.isalnum() or any(map(str.isalnum, text)):
            words.append(number)
            if text.strip(_SIGNS) not in COMMON:
                telling.append(number)
    chosen = (telling or words)[:MOST_WORDS]
    chosen = [each for each in chosen if moved[each] >= _OF_THE_STRONGEST * moved[chosen[0]]]
    return tuple([laid.folded.span(laid.chunks[number].start, laid.chunks[number].end) for number in sorted(chosen)])


def _score(logit: float) -> float:
    return 0.5 + 0.5 * tanh(0.5 * logit)


def _raised(threshold: float, by: float) -> float:
    """The threshold, moved up by so many logits."""
    return 1 / (1 + exp(-(log(threshold / (1 - threshold)) + by)))
