"""How much of what the judge catches it still catches in disguise, by family and language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random

from adapters.bench.obfuscations import FAMILIES, is_spanish, obfuscated
from policy import judge
from policy.message import Context, Message
from policy.pack import Pack
from policy.rule import Expectation
from policy.verdict import RuleId

LONGEST_SEED = 100


@dataclass(frozen=True, slots=True)
class Seed:
    """A short message that breaks a rule."""

    rule: RuleId
    message: Message
    context: Context

    @property
    def lang(self) -> str:
        return "es" if is_spanish(self.message.text) else "en"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of all were still caught; `missed` are the messages in disguise that were not."""

    caught: int
    missed: tuple[str, ...]

    @property
    def all(self) -> int:
        return self.caught + len(self.missed)


def caught_seeds(pack: Pack) -> list[Seed]:
    """The short examples of the pack's rules that the judge catches when nothing is disguised."""
    seeds = [
        Seed(rule.id, replace(case.message, links=()), case.context)
        for rule in pack.rules.values()
        for case in rule.cases
        if case.expectation is Expectation.FLAG and len(case.message.text) <= LONGEST_SEED
        if not case.message.attachments and not case.message.sender.is_app
    ]
    return [seed for seed in seeds if is_caught(seed.rule, seed.message, seed.context, pack)]


def is_caught(rule: RuleId, message: Message, context: Context, pack: Pack) -> bool:
    return any(finding.rule == rule for finding in judge(message, context, pack).findings)


def _is_caught_before(seed: Seed, context: Context, pack: Pack) -> bool:
    """Whether the first of two messages, into which the seed was split, was caught by itself."""
    first = context.before[len(seed.context.before) :]
    return any(is_caught(seed.rule, Message(said.text, said.author), seed.context, pack) for said in first)


def shares(seeds: Iterable[Seed], pack: Pack) -> Mapping[tuple[str, str], Share]:
    """What is still caught, by family and language of the seed. The same seeds always give the same disguises."""
    results: dict[tuple[str, str], Share] = {}
    for number, seed in enumerate(seeds):
        for family in FAMILIES:
            seen = obfuscated(family, seed.message, seed.context, Random(f"{number} {family}"))  # noqa: S311 - no secret
            if seen is None:
                continue
            before = results.get((family, seed.lang), Share(0, ()))
            if is_caught(seed.rule, *seen, pack) or _is_caught_before(seed, seen[1], pack):
                results[family, seed.lang] = replace(before, caught=before.caught + 1)
            else:
                results[family, seed.lang] = replace(before, missed=(*before.missed, seen[0].text))
    return results
