"""Finds rules and clauses in a pack by what people type: an id, a title, a few words, or something close to them."""

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from bot.language import is_common, plain
from policy.pack import Clause, Pack
from policy.rule import Rule

T = TypeVar("T")
_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"(?:ing|ed|es|s)$")
_SHORTEST_STEM = 4


def rule_named(pack: Pack, typed: str) -> Rule | None:
    """The rule of that id or title, in either language; None for anything else."""
    return _keys_of_rules(pack).get(_key(typed))


def rules_like(pack: Pack, typed: str) -> Sequence[Rule]:
    """The rules whose names come closest, best first; where none does, those that speak of such words."""
    return (
        _close(_keys_of_rules(pack), typed)
        or [pack.rules[rule] for clause in search(pack, typed) for rule in clause.rules if rule in pack.rules][:3]
    )


def clause_named(pack: Pack, typed: str) -> Clause | None:
    """The clause of that id, however it is punctuated: `4c vii`, `4c-vii`, `4.c (vii)`."""
    return _keys_of_clauses(pack).get(_key(typed.replace(pack.cite, "")))


def clauses_like(pack: Pack, typed: str) -> Sequence[Clause]:
    """The clauses whose ids come closest, those that begin alike first; where none does, those about such words."""
    keys, key = _keys_of_clauses(pack), _key(typed.replace(pack.cite, ""))
    alike = [clause for name, clause in keys.items() if key and name.startswith(key)]
    return alike[:3] or _close(keys, typed) or search(pack, typed)


def parts_of(pack: Pack, clause: Clause) -> Sequence[Clause]:
    """The clauses below this one: those whose ids begin with its own."""
    return [part for part in pack.clauses.values() if part.id.startswith(f"{clause.id}-")]


def search(pack: Pack, typed: str, *, most: int = 3) -> Sequence[Clause]:
    """The clauses that speak of these words, in either language, best first. Rarer words count for more; what a clause
    says counts for more than what its rules say, and that for more than the words that they look for."""
    wanted = {_stem(word) for word in _WORD.findall(plain(typed[:500])) if not is_common(word)}
    pages = {
        clause.id: (_words(_said_by(clause)), _words(_said_by_rules(pack, clause)), _words(_looked_for(pack, clause)))
        for clause in pack.clauses.values()
    }
    scores = dict.fromkeys(pages, 0.0)
    for stem in wanted:
        hits = {
            clause: sum(weight * _has(words, stem) for weight, words in zip((4, 2, 1), page, strict=True))
            for clause, page in pages.items()
        }
        holding = sum(hit > 0 for hit in hits.values())
        for clause, hit in hits.items():
            scores[clause] += hit * math.log(1 + len(pages) / holding) if hit else 0
    best = sorted((clause for clause in scores if scores[clause]), key=lambda clause: -scores[clause])
    return [pack.clauses[clause] for clause in best[:most]]


def _said_by(clause: Clause) -> Iterable[str]:
    return clause.id, clause.summary.en, clause.summary.es


def _said_by_rules(pack: Pack, clause: Clause) -> Iterable[str]:
    for rule in (pack.rules[rule] for rule in clause.rules if rule in pack.rules):
        for text in (rule.title, rule.why, rule.mend):
            yield from (text.en, text.es)


def _looked_for(pack: Pack, clause: Clause) -> Iterable[str]:
    for rule in (pack.rules[rule] for rule in clause.rules if rule in pack.rules):
        for phrases in rule.terms.values():
            yield from phrases


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(plain(text)))


def _has(words: frozenset[str], stem: str) -> bool:
    """Whether a word begins like that; a short one must be the same."""
    return any(word.startswith(stem) for word in words) if len(stem) >= _SHORTEST_STEM else stem in words


def _stem(word: str) -> str:
    """The word without its ending, so that `photos` finds `photograph` and `fotos` finds `fotografías`."""
    bare = _ENDING.sub("", word)
    return bare if len(bare) >= _SHORTEST_STEM else word


def _keys_of_rules(pack: Pack) -> Mapping[str, Rule]:
    return {_key(name): rule for rule in pack.rules.values() for name in (rule.title.es, rule.title.en, rule.id)}


def _keys_of_clauses(pack: Pack) -> Mapping[str, Clause]:
    return {_key(clause.id): clause for clause in pack.clauses.values()}


def _close(keys: Mapping[str, T], typed: str) -> list[T]:
    found = difflib.get_close_matches(_key(typed), keys, n=3, cutoff=0.6)
    return list({id(keys[name]): keys[name] for name in found}.values())


def _key(name: str) -> str:
    return "".join(_WORD.findall(plain(name[:100]))).replace("_", "")
