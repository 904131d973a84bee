"""The phrases of all groups in one automaton, and the comparison of what stands around the strings that it finds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, product
from typing import NamedTuple

import ahocorasick_rs

from policy import flood
from policy.common_words import rarity, rarity_of_word
from policy.flood import MOST_OF_ONE, Match, Matches
from policy.fold import Folded
from policy.groups import Bits, bits_of
from policy.hits import MOST_SPANS, Hit, Hits, add
from policy.phrases import GAP_WORDS, Phrase, Slot, Wording, joined, written_out
from policy.rewritten import Near
from policy.rule import GroupId


class _Plan(NamedTuple):
    """A phrase too long to write out: what stands before the part that it is found by (backwards), and after it.

    One of `required` is somewhere in every text that has the phrase; empty where no such words are known. `reach` words
    at most stand before or behind the part that it is found by. One of `nexts` stands next to it or one of
    `lasts` before it, where there are any.
    """

    ahead: "tuple[_Place, ...]"
    after: "tuple[_Place, ...]"
    group: GroupId
    bit: int
    required: frozenset[str]
    reach: int
    nexts: frozenset[str]
    lasts: frozenset[str]


class _Place(NamedTuple):
    """A slot as the comparison uses it: what may stand there, by number of words."""

    closed: frozenset[str]
    stems: dict[int, tuple[str, ...]]
    lengths: tuple[int, ...]
    is_optional: bool
    is_gap: bool

    @property
    def reach(self) -> int:
        return GAP_WORDS if self.is_gap else max(self.lengths)

    @property
    def is_certain(self) -> bool:
        """Whether one of the closed wordings has to stand here."""
        return not (self.is_optional or self.is_gap or self.stems)


class Way(NamedTuple):
    """How to find a phrase: by these wordings, and by comparing what stands before (backwards) and after them."""

    wordings: tuple[Wording, ...]
    ahead: tuple[_Place, ...]
    after: tuple[_Place, ...]
    is_written_out: bool
    chance: float


class _Target(NamedTuple):
    """What a string of the automaton means when it is met; `sure` are the bits of its groups."""

    sure: int
    groups: tuple[GroupId, ...]
    plans: "_Plans | None"
    is_stem: bool
    length: int


class _Plans(NamedTuple):
    """The plans of a target: by the word that must come next, by the word that must come before, and all others. `sure`
    are the bits of the groups that need no plan."""

    sure: int
    is_stem: bool
    by_next: dict[str, list[_Plan]]
    by_last: dict[str, list[_Plan]]
    others: list[_Plan]

    def others_in(self, text: Folded) -> list[_Plan]:
        """The others, without those whose words are not in the text."""
        present = text.token_set
        return [plan for plan in self.others if not (plan.required and plan.required.isdisjoint(present))]


_Sorted = tuple[dict[str, list[_Plan]], dict[str, list[_Plan]], list[_Plan]]
"""Plans by the word that must come next, by the word that must come before, and all others."""
Planned = dict[Match, list[_Plan]]
"""The plans that may go through a match."""


class PhraseIndex:
    """The strings of the automaton, and what each of them means."""

    __slots__ = ("_automaton", "_bits", "_plans_of", "_reach", "_targets", "longest", "may_mean")

    def __init__(self, meanings: "Meanings", bits: Bits) -> None:
        needles = sorted(meanings.needles)
        self._targets = [meanings.target(needle) for needle in needles]
        self.may_mean = [meanings.may_mean(target) for target in self._targets]
        """The bits of all groups of which each string may be a hit."""
        self._plans_of = [target.plans for target in self._targets]
        self._reach = bytes([meanings.reach(needle) for needle in needles])
        self.longest = max(self._reach, default=0)
        """So many words are at most between the first word of a string and a word of the same phrase."""
        self._bits = bits
        # Building the automaton takes the most memory of all that is done: what is not needed any more goes first.
        meanings.forget()
        self._automaton = ahocorasick_rs.AhoCorasick(needles, store_patterns=False) if needles else None

    def matches(self, text: Folded) -> Matches:
        """The strings that are in the text."""
        if self._automaton is None:
            return []
        found: Matches = self._automaton.find_matches_as_indexes(text.words, overlapping=True)
        return found if len(found) < MOST_OF_ONE else flood.without_endless(found)

    def matches_near(self, text: Folded, near: Near) -> Matches:
        """The strings that may belong to a phrase which stands on one of the places that they are near to."""
        found: Matches = []
        if self._automaton is None:
            return found
        words, away, reach = text.words, near.away, self._reach
        for begin, end in near.stretches:
            some = self._automaton.find_matches_as_indexes(words[begin:end], overlapping=True)
            found += [
                (number, begin + start, begin + stop)
                for number, start, stop in some
                if away[begin + start] <= reach[number]
            ]
        return found if len(found) < MOST_OF_ONE else flood.without_endless(found)

    def planned(self, matches: Matches, text: Folded) -> tuple[int, Planned]:
        """The bits of all groups of which these matches may be hits, and the plans that may go through them."""
        bits, may_mean, plans_of, words = 0, self.may_mean, self._plans_of, text.words
        found: Planned = {}
        others_in: dict[int, list[_Plan]] = {}
        for number, start, stop in matches:
            plans = plans_of[number]
            if plans is None:
                bits |= may_mean[number]
                continue
            sure, is_stem, by_next, by_last, possible = plans
            bits |= sure
            if possible:
                if number not in others_in:
                    others_in[number] = plans.others_in(text)
                possible = others_in[number]
            if by_next:
                end = words.index(" ", stop) + 1 if is_stem else stop
                possible = by_next.get(words[end : words.find(" ", end)], _NO_PLANS) + possible
            if by_last:
                possible = by_last.get(words[words.rfind(" ", 0, start) + 1 : start], _NO_PLANS) + possible
            if possible:
                found[number, start, stop] = possible
                for plan in possible:
                    bits |= plan.bit
        return bits, found

    def add(self, matches: Matches, planned: Planned, text: Folded, hits: Hits, wanted: int) -> None:
        """Adds the hits of the phrases that these matches belong to, to those of the groups whose bits are wanted."""
        comparison: _Comparison | None = None
        targets, words = self._targets, text.words
        for match in matches:
            number, start, stop = match
            sure, groups, _, is_stem, length = targets[number]
            if sure & wanted:
                # The needle begins with a blank that the plain view does not have, so the start is right as it is.
                hit = Hit(start, words.index(" ", stop) - 1 if is_stem else stop - 2)
                add(hits, groups if not sure & ~wanted else self._only(groups, wanted), hit)
            for plan in planned.get(match, _NO_PLANS):
                if plan.bit & wanted and len(hits.get(plan.group, _NO_HITS)) < MOST_SPANS:
                    comparison = comparison or _Comparison(text)
                    found = comparison.hit(plan, start, length)
                    if found is not None:
                        add(hits, (plan.group,), found)

    def _only(self, groups: tuple[GroupId, ...], wanted: int) -> tuple[GroupId, ...]:
        bits = self._bits
        if len(groups) == 1:
            return groups if bits[groups[0]] & wanted else ()
        return tuple([group for group in groups if bits[group] & wanted])


class Meanings:
    """Which groups and plans each string of the automaton stands for, while the index is built.

    Thousands of strings mean the same: they share what they mean.
    """

    def __init__(self, bits: Bits) -> None:
        self._bits = bits
        self._groups: dict[str, tuple[GroupId, ...]] = {}
        self._plans: dict[str, tuple[_Plan, ...]] = {}
        self._joined: dict[tuple[object, ...], tuple[GroupId, ...]] = {}
        self._targets: dict[tuple[object, ...], _Target] = {}
        self._may_mean: dict[int, int] = {}
        self._sorted_plans: dict[tuple[int, ...], _Sorted] = {}

    def add(self, way: Way, group: GroupId) -> None:
        """One way to find a phrase of the group."""
        if way.ahead or way.after:
            reach = max(sum(place.reach for place in side) for side in (way.ahead, way.after))
            plan = _Plan(way.ahead, way.after, group, self._bits[group], _required(way), reach, *_neighbours(way))
            for needle in map(_needle, way.wordings):
                self._plans[needle] = (*self._plans.get(needle, ()), plan)
            return
        groups, known = (group,), self._groups
        needles = chain.from_iterable(map(_needles, way.wordings)) if way.is_written_out else map(_needle, way.wordings)
        for needle in needles:
            before = known.setdefault(needle, groups)
            if before is not groups:
                known[needle] = self._both(before, groups)

    def _both(self, some: tuple[GroupId, ...], others: tuple[GroupId, ...]) -> tuple[GroupId, ...]:
        both = self._joined.get((some, others))
        if both is None:
            both = self._joined[some, others] = tuple(sorted({*some, *others}))
        return both

    def forget(self) -> None:
        """Lets go of everything: the index is built."""
        for table in (self._groups, self._plans, self._joined, self._targets, self._may_mean, self._sorted_plans):
            table.clear()

    @property
    def needles(self) -> set[str]:
        return {*self._groups, *self._plans}

    def target(self, needle: str) -> _Target:
        plans = self._plans.get(needle)
        if plans is None:
            key: tuple[object, ...] = (self._groups[needle], needle[-1])
        else:
            # How many words they have matters to plans only.
            key = (self._groups.get(needle, ()), needle[-1], needle.count(" ", 1, -1) + 1, *map(id, plans))
        return self._targets.get(key) or self._new_target(key, needle)

    def _new_target(self, key: tuple[object, ...], needle: str) -> _Target:
        groups, plans = self._groups.get(needle, ()), self._plans.get(needle, ())
        is_stem = needle[-1] != " "
        length = needle.count(" ", 1, -1) + 1 if plans else 0
        sure = bits_of(groups, self._bits)
        its_plans = _Plans(sure, is_stem, *self._sorted(plans)) if plans else None
        target = self._targets[key] = _Target(sure, groups, its_plans, is_stem, length)
        self._may_mean[id(target)] = bits_of([*groups, *(plan.group for plan in plans)], self._bits)
        return target

    def _sorted(self, plans: tuple[_Plan, ...]) -> _Sorted:
        """The plans by their neighbouring words; the same ones are sorted once."""
        key = tuple(map(id, plans))
        if key not in self._sorted_plans:
            self._sorted_plans[key] = _by_neighbours(plans)
        return self._sorted_plans[key]

    def reach(self, needle: str) -> int:
        """So many words at most are in a phrase found by this string before or behind the first word of the string; of
        a phrase without end `_FAR`."""
        between = needle.count(" ", 1, -1)
        plans = self._plans.get(needle)
        return min(_FAR, between if plans is None else between + max([plan.reach for plan in plans]))

    def may_mean(self, target: _Target) -> int:
        """The bits of all groups of which a string with this target may be a hit."""
        return self._may_mean[id(target)]


class _Comparison:
    """Compares the words around a hit with the rest of a phrase. Hits come in the order in which they end."""

    __slots__ = ("_at", "_place", "_tokens", "_words")

    def __init__(self, text: Folded) -> None:
        self._tokens = text.tokens
        self._words = text.words
        self._at = self._place = 0

    def hit(self, plan: _Plan, start: int, length: int) -> Hit | None:
        """The phrase that goes through the words, so many, which begin at `start` of the plain view."""
        at = self._token_at(start)
        if plan.required:
            around = self._tokens[max(0, at - plan.reach) : at + length + plan.reach]
            # What parts words does not count, so that there the words of the phrase may be further away.
            if plan.required.isdisjoint(around) and "" not in around:
                return None
        stretch = self._stretch(plan, at, at + length)
        return None if stretch is None else self._hit(stretch, at, start)

    def _token_at(self, start: int) -> int:
        """Which token begins at `start`: counted on from the hit before, so that all hits together cost one pass."""
        if start >= self._place:
            self._at += self._words.count(" ", self._place + 1, start + 1)
        else:
            self._at -= self._words.count(" ", start + 1, self._place + 1)
        self._place = start
        return self._at

    def _hit(self, stretch: tuple[int, int], at: int, start: int) -> Hit:
        first, last = stretch
        begin = start - sum(map(len, self._tokens[first:at])) - (at - first)
        return Hit(begin, begin + sum(map(len, self._tokens[first:last])) + last - first - 1)

    def _stretch(self, plan: _Plan, first: int, last: int) -> tuple[int, int] | None:
        ends = {last}
        for place in plan.after:
            ends = self._reached(place, ends, 1)
            if not ends:
                return None
        starts = {first}
        for place in plan.ahead:
            starts = self._reached(place, starts, -1)
            if not starts:
                return None
        return min(starts), max(ends)

    def _reached(self, place: _Place, positions: set[int], step: int) -> set[int]:
        """Where one may stand after the place, going on (step 1) or back (-1) from each of the positions."""
        closed, stems, lengths, is_optional, is_gap = place
        if is_gap:
            return {reached for position in positions for reached in self._gap(position, step)}
        tokens, count = self._tokens, len(self._tokens)
        if lengths == _ONE_WORD and not stems:
            shift = 0 if step > 0 else -1
            found = {at + step for at in positions if 0 <= at + shift < count and tokens[at + shift] in closed}
            return found | positions if is_optional else found
        reached: set[int] = set(positions) if is_optional else set()
        for position in positions:
            for length in lengths:
                first = position if step > 0 else position - length
                if first < 0 or first + length > count:
                    continue
                words = tokens[first] if length == 1 else " ".join(tokens[first : first + length])
                if words in closed or (stems and words.startswith(stems.get(length, _NO_STEMS))):
                    reached.add(position + step * length)
        return reached

    def _gap(self, position: int, step: int) -> Iterator[int]:
        """Positions up to four words away; what parts words costs nothing."""
        tokens, count, left = self._tokens, len(self._tokens), GAP_WORDS
        yield position
        while 0 <= (position if step > 0 else position - 1) < count:
            left -= tokens[position if step > 0 else position - 1] != ""
            if left < 0:
                return
            position += step
            yield position


_FAR = 255
_ONE_WORD = (1,)
_NO_STEMS: tuple[str, ...] = ()
_NO_PLANS: list[_Plan] = []
_NO_HITS: list[Hit] = []


def _required(way: Way) -> frozenset[str]:
    """The first words of the place, away from the part that the phrase is found by, that is met least often."""
    sets = [
        frozenset(wording.partition(" ")[0] for wording in place.closed)
        for place in (*way.ahead, *way.after)
        if place.is_certain
    ]
    return min(sets, key=_chance_of_words, default=frozenset())


def _chance_of_words(words: Iterable[str]) -> float:
    return sum(map(rarity_of_word, words))


def way_of(phrase: Phrase) -> Way:
    """How to find the phrase: written out, or by the slot or the two neighbouring slots that are met least often."""
    written = written_out(phrase)
    if written is not None:
        return Way(written, (), (), is_written_out=True, chance=_chance(written))
    best: tuple[float, int, int, tuple[Wording, ...]] | None = None
    for first, slot in enumerate(phrase):
        if slot.is_optional:
            continue
        for last, wordings in ((first, tuple(slot.wordings)), (first + 1, _pairs(phrase, first))):
            if wordings:
                cost = _chance(wordings)
                best = min(best or (cost, first, last, wordings), (cost, first, last, wordings), key=lambda way: way[0])
    if best is None:
        raise AssertionError("a phrase without a slot that must be there was parsed")
    cost, first, last, wordings = best
    ahead = tuple(_place(slot) for slot in reversed(phrase[:first]))
    after = tuple(_place(slot) for slot in phrase[last + 1 :])
    return Way(wordings, ahead, after, is_written_out=False, chance=cost)


def _chance(wordings: Iterable[Wording]) -> float:
    return sum([rarity(text, is_stem=is_stem) for text, is_stem in wordings])


def _by_neighbours(plans: Iterable[_Plan]) -> _Sorted:
    by_next: dict[str, list[_Plan]] = defaultdict(list)
    by_last: dict[str, list[_Plan]] = defaultdict(list)
    others: list[_Plan] = []
    for plan in plans:
        for word in plan.nexts:
            by_next[word].append(plan)
        for word in plan.lasts:
            by_last[word].append(plan)
        if not (plan.nexts or plan.lasts):
            others.append(plan)
    return _shared(by_next), _shared(by_last), others


def _shared(by_word: dict[str, list[_Plan]]) -> dict[str, list[_Plan]]:
    """The same, with one list for all words that have the same plans."""
    lists: dict[tuple[int, ...], list[_Plan]] = {}
    return {word: lists.setdefault(tuple(map(id, plans)), plans) for word, plans in by_word.items()}


def _neighbours(way: Way) -> tuple[frozenset[str], frozenset[str]]:
    """The words of which one has to come next, or else before, whichever are met less often."""
    after = _beside(way.after, lambda wording: wording.partition(" ")[0])
    before = _beside(way.ahead, lambda wording: wording.rpartition(" ")[2])
    if after and (not before or _chance_of_words(after) <= _chance_of_words(before)):
        return frozenset(after), frozenset()
    return frozenset(), frozenset(before)


def _beside(places: Iterable[_Place], word_of: Callable[[str], str]) -> set[str]:
    """All words that may stand on the side of these places; none where any word may."""
    words: set[str] = set()
    for place in places:
        if place.is_gap or place.stems:
            return set()
        words.update(map(word_of, place.closed))
        if not place.is_optional:
            return words
    return set()


_MOST_PAIRS = 32
"""More of them would be met less often, and take megabytes."""


def _pairs(phrase: Phrase, first: int) -> tuple[Wording, ...]:
    if first + 1 >= len(phrase) or phrase[first + 1].is_optional:
        return ()
    here, there = phrase[first].wordings, phrase[first + 1].wordings
    if len(here) * len(there) > _MOST_PAIRS or any(wording.is_stem for wording in here):
        return ()
    return tuple(joined([one, other]) for one, other in product(here, there))


def _place(slot: Slot) -> _Place:
    stems: dict[int, list[str]] = defaultdict(list)
    for wording in slot.wordings:
        if wording.is_stem:
            stems[wording.length].append(wording.text)
    return _Place(
        closed=frozenset(wording.text for wording in slot.wordings if not wording.is_stem),
        stems={length: tuple(texts) for length, texts in stems.items()},
        lengths=tuple(sorted({wording.length for wording in slot.wordings})),
        is_optional=slot.is_optional,
        is_gap=slot.is_gap,
    )


def _needle(wording: Wording) -> str:
    return f" {wording.text}" if wording.is_stem else f" {wording.text} "


_SHORTEST_GLUED = 7


def _needles(wording: Wording) -> Iterator[str]:
    """The wording, and the same with its words run together, as in hashtags and to get past a filter."""
    yield _needle(wording)
    if " " in wording.text:
        glued = wording.text.replace(" ", "")
        if len(glued) >= _SHORTEST_GLUED:
            yield _needle(Wording(glued, wording.is_stem))


def words_of(phrase: Phrase) -> list[str]:
    """Every single word of the phrase; a stem ends with `*`."""
    texts = [f"{text}*" if is_stem else text for slot in phrase for text, is_stem in slot.wordings]
    return " ".join(texts).split()
