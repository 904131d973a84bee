"""Writes what the package carries: the encoder, the small model, the words, the examples, and how all is weighed."""

import json
import shutil
from pathlib import Path

import numpy as np
from calibration import Fit
from data import LABELS, Row

from policy.loading.model import fingerprint
from policy.model.layout import lay_out
from policy.model.plain_text import Words
from policy.model.trained import Large
from policy.model.wordpiece import WordPiece

MOST_EXAMPLES = 220
LONGEST_EXAMPLE = 120
_UNCLEAR = {"obfuscated", "split", "context", "buried", "long", "borderline"}


def write_small(home: Path, table: bytes, words: list[str], vocabulary: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "small.bin").write_bytes(table)
    (home / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    shutil.copyfile(vocabulary, home / "vocab.txt")


def write_examples(home: Path, rows: list[Row], see: Large, pieces: WordPiece, words: Words) -> None:
    """Short, plainly typed messages of each label with their vectors as signed bytes."""
    chosen: dict[str, Row] = {}
    for label in LABELS:
        fitting = [row for row in rows if label in row.labels and _is_plain(row)]
        chosen |= {row.id: row for row in fitting[:: max(1, len(fitting) // MOST_EXAMPLES)][:MOST_EXAMPLES]}
    vectors, texts = [], []
    for row in chosen.values():
        sight = see.see(lay_out(row.message, row.context, pieces, words))
        mean = sight.vector  # type: ignore[attr-defined]
        vectors.append(np.round(mean / np.abs(mean).max() * 127).astype(np.int8))
        texts.append({"text": row.message.text, "labels": [n for n, label in enumerate(LABELS) if label in row.labels]})
    (home / "examples.bin").write_bytes(np.stack(vectors).tobytes())
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in texts)
    (home / "examples.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _is_plain(row: Row) -> bool:
    return len(row.message.text) <= LONGEST_EXAMPLE and not row.context.before and _UNCLEAR.isdisjoint(row.tags)


def write_weighings(home: Path, whole: Fit, small: Fit, gate: float, offsets: list[float], scale: float) -> None:
    fields = {
        "labels": LABELS,
        "offsets": [round(offset, 5) for offset in offsets],
        "scale": scale,
        "whole": whole.weighings(),
        "small": small.weighings(),
        "gate": gate,
        "files": fingerprint(home),
    }
    (home / "model.json").write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")
