"""The encoder, which takes the most time, is asked wherever something may be found, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from policy.message import ChannelKind, Context, Message, Role, Said
from policy.model.layout import Laid
from policy.model.ngrams import BUCKETS, NgramModel
from policy.model.trained import LONG_WORD, SHORT, Parts, TrainedModel, Weighing
from policy.model.wordpiece import WordPiece
from policy.verdict import RuleId

GREETING = RuleId("greeting")
PIECES = WordPiece({word: number for number, word in enumerate(("[CLS]", "[SEP]", "[UNK]", "hello"))})
CLUB = Context(ChannelKind.CLUB)


@dataclass(frozen=True)
class SeenAlways:
    """Sees the greeting in everything."""

    logits: tuple[float, ...] = (9.0,)

    def moved(self, label: int) -> list[float]:
        return [1.0 + label]

    def examples(self, label: int) -> tuple[str, ...]:
        return (f"hi {label}", "hi there")


@dataclass
class Eager:
    """A large model that remembers what it was shown."""

    sight: SeenAlways = SeenAlways()
    shown: list[str] = field(default_factory=list)

    def see(self, laid: Laid) -> SeenAlways:
        self.shown.append(laid.view)
        return self.sight


def a_model(large: Eager, *, small_logit: float) -> TrainedModel:
    """Its small model says the same of every message."""
    whole = Weighing(encoder=1.0, small=0.0, rules=0.0, offset=0.0, threshold=0.5, sure=0.9, doubt=0.1, firm=0.8)
    alone = Weighing(encoder=0.0, small=1.0, rules=0.0, offset=0.0, threshold=0.5, sure=0.9, doubt=0.1, firm=0.8)
    small = NgramModel(bytes(BUCKETS), [small_logit], 0.01)
    return TrainedModel(
        Parts("v1", (GREETING,), {GREETING: whole}, {GREETING: alone}, 0.05, frozenset(), PIECES, small, large)
    )


@pytest.mark.parametrize(
    ("small_logit", "found", "context", "is_asked"),
    [
        (-6.0, {}, CLUB, False),
        (-1.0, {}, CLUB, True),
        (-6.0, {GREETING: 0.9}, CLUB, True),
        (-6.0, {}, Context(ChannelKind.CLUB, before=(Said(Role.STUDENT, "hi"),)), True),
    ],
)
def test_the_encoder_is_asked_where_anything_hints_at_a_finding(
    small_logit: float, found: Mapping[RuleId, float], context: Context, is_asked: bool
) -> None:
    large = Eager()

    opinion = a_model(large, small_logit=small_logit).opinion(Message("hello", Role.STUDENT), context, found)

    assert bool(large.shown) is is_asked
    assert [suspicion.rule for suspicion in opinion.suspicions] == ([GREETING] if is_asked else [])


def test_what_a_rule_found_is_doubted_or_unsure_by_its_score() -> None:
    model = a_model(Eager(), small_logit=-1.0)

    sure = model.opinion(Message("hello", Role.STUDENT), CLUB, {GREETING: 0.5})

    assert (sure.doubted, sure.unsure) == (frozenset(), frozenset())


@pytest.mark.parametrize(("logit", "is_doubted", "is_unsure"), [(-5.0, True, True), (0.4, False, True)])
def test_a_low_score_doubts_and_a_middling_one_is_unsure(logit: float, is_doubted: bool, is_unsure: bool) -> None:
    large = Eager(sight=SeenAlways((logit,)))

    opinion = a_model(large, small_logit=-1.0).opinion(Message("hello", Role.STUDENT), CLUB, {GREETING: 0.5})

    assert (GREETING in opinion.doubted, GREETING in opinion.unsure) == (is_doubted, is_unsure)


def test_the_fewer_the_words_the_surer_it_must_be_of_what_no_rule_found() -> None:
    model = a_model(Eager(), small_logit=-1.0)

    def threshold(text: str, found: Mapping[RuleId, float]) -> float:
        return model.opinion(Message(text, Role.STUDENT), CLUB, found).thresholds[GREETING]

    few, more, many = (threshold("so " * words, {}) for words in (3, 10, SHORT))

    assert few > more > many == 0.5
    assert threshold("so", {GREETING: 0.9}) == 0.5
    assert threshold("x" * SHORT * LONG_WORD, {}) == 0.5
