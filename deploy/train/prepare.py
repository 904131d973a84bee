"""What the encoder's tokenizer needs: its pieces, and the words worth reading a disguise as."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from data import Row

from policy.fold import fold
from policy.model.wordpiece import WordPiece


def read_pieces(path: Path) -> WordPiece:
    return WordPiece({piece: number for number, piece in enumerate(path.read_text(encoding="utf-8").splitlines())})


def words_worth(pieces: Path, rows: Iterable[Row]) -> list[str]:
    """Whole words of the pieces (four letters or more) and those that the corpus has again and again."""
    known = {word for word in pieces.read_text(encoding="utf-8").split() if len(word) > 3 and word.isalpha()}
    seen = Counter(word for row in rows for word in fold(row.message.text).tokens)
    known |= {word for word, times in seen.items() if word.isalpha() and times >= (2 if len(word) > 3 else 5)}
    return sorted(word for word in known if len(word) > 2)
