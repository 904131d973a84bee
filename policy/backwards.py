"""Texts written backwards, word by word or as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from policy.fold import Folded, of_plain
from policy.hits import Hit
from policy.unmask import LONG
from policy.vocabulary import Vocabulary

_SHORTEST = 3
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Backwards:
    """The text turned round. `is_mirrored`: the words stand in another order, too."""

    text: Folded
    is_mirrored: bool

    def back(self, hit: Hit, *, is_sure: bool) -> Hit | None:  # noqa: ARG002 - the whole text is one disguise
        """Where the hit stands in the plain view."""
        length = len(self.text.plain)
        if self.is_mirrored:
            return Hit(length - hit.end, length - hit.start, is_disguised=True)
        return Hit(hit.start, hit.end, is_disguised=True)


def backwards(text: Folded, vocabulary: Vocabulary) -> Sequence[Backwards]:
    """The two ways to turn the text round, where more of its words are known backwards than forwards."""
    unknown = text.token_set - vocabulary.ordinary
    if len(unknown) < _FEWEST or len(text.plain) > LONG:
        return []
    turned = sum(len(word) >= _SHORTEST and word[::-1] in vocabulary.ordinary for word in unknown)
    if turned < _FEWEST or 2 * turned < sum(len(word) >= _SHORTEST for word in text.token_set):
        return []
    in_place = " ".join([word[::-1] for word in text.plain.split(" ")])
    return [Backwards(of_plain(in_place), is_mirrored=False), Backwards(of_plain(text.plain[::-1]), is_mirrored=True)]
