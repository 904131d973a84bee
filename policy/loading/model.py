"""Reads the trained model from the package; judging reads nothing."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from policy.loading.problems import ModelError
from policy.model.layout import Laid
from policy.model.ngrams import NgramModel
from policy.model.plain_text import Words
from policy.model.trained import Large, Parts, Seen, TrainedModel, Weighing
from policy.model.wordpiece import WordPiece
from policy.verdict import RuleId

_HOME = Path(__file__).parent.parent / "model" / "data"
FILES = ("model.json", "words.txt", "vocab.txt", "small.bin", "encoder.onnx", "examples.json", "examples.bin")
NEEDED = ("numpy", "onnxruntime")
"""What the encoder needs beyond Python. Without it the small model goes on alone."""
_SLOW = "SkipLayerNormFusion"
"""Adding and levelling in one step takes onnxruntime 1.31 five times as long as one after the other, a tenth of all."""


def missing() -> tuple[str, ...]:
    """The packages that the encoder needs and that are not installed."""
    return tuple(name for name in NEEDED if find_spec(name) is None)


def load_model(home: Path = _HOME, *, with_encoder: bool = True, at_once: bool = True) -> TrainedModel:
    """The model that is shipped, whole where its packages are installed. Loading takes about a third of a second, most
    of it for the encoder: unless all is wanted `at_once`, that is opened for the first message that needs it.

    Raises ModelError where the files cannot be used, then as now.
    """
    with _told():
        return _model(home, with_encoder=with_encoder, at_once=at_once)


@contextmanager
def _told() -> Iterator[None]:
    """What the files of a model fail with, as one error that says what to do."""
    try:
        yield
    except (OSError, TypeError, ValueError, KeyError, IndexError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> ModelError:
    kind = type(error).__name__
    return ModelError(
        f"The trained model cannot be read ({kind}): its files do not fit this version, or are not whole. "
        "Install Chaperone anew."
    )


def _model(home: Path, *, with_encoder: bool, at_once: bool) -> TrainedModel:
    fields: Mapping[str, Any] = json.loads((home / "model.json").read_text(encoding="utf-8"))
    labels = tuple(RuleId(label) for label in fields["labels"])
    pieces = (home / "vocab.txt").read_text(encoding="utf-8").splitlines()
    table = (home / "small.bin").read_bytes()
    large: Large | None = None
    if with_encoder and not missing():
        end = pieces.index("[SEP]")
        large = load_encoder(home, end) if at_once else _OpenedLater(home, end)
    weighings = fields["whole" if large is not None else "small"]
    return TrainedModel(
        Parts(
            version=_version(fields, is_whole=large is not None),
            labels=labels,
            weighings={label: Weighing(**weighings[label]) for label in labels},
            alone={label: Weighing(**fields["small"][label]) for label in labels},
            gate=fields["gate"],
            words=_words((home / "words.txt").read_text(encoding="utf-8")),
            pieces=WordPiece({piece: number for number, piece in enumerate(pieces)}),
            small=NgramModel(table, fields["offsets"], fields["scale"]),
            large=large,
        )
    )


@lru_cache(maxsize=1)
def _words(listed: str) -> Words:
    """The same set for every model of these words: what was read with one is remembered by it, and two that are only
    equal would be compared word by word at each look."""
    return frozenset(listed.split())


class _OpenedLater:
    """The encoder, opened for the first message that needs it."""

    def __init__(self, home: Path, end: int) -> None:
        self._home = home
        self._end = end

    def see(self, laid: Laid) -> Seen:
        return self._encoder.see(laid)

    @cached_property
    def _encoder(self) -> Large:
        with _told():
            return load_encoder(self._home, self._end)


def fingerprint(home: Path) -> str:
    """What names the files of a model: training writes it into `model.json`, so that loading need not read all."""
    parts = [(home / name).read_bytes() for name in FILES[1:]]
    return sha256(b"\0".join(parts)).hexdigest()[:16]


def _version(fields: Mapping[str, Any], *, is_whole: bool) -> str:
    own = json.dumps(fields, sort_keys=True) + str(is_whole)
    return sha256(own.encode()).hexdigest()[:16]


def load_encoder(home: Path, end: int) -> Large:
    """The encoder and the examples, with one thread."""
    # Late, because neither needs to be there.
    import numpy as np
    import onnxruntime

    from policy.model.encoder import Encoder, Examples, Floats, Integers, LargeEncoder

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL

    @cache
    def session_of(_process: int) -> onnxruntime.InferenceSession:
        try:
            return onnxruntime.InferenceSession(
                str(home / "encoder.onnx"), options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW]
            )
        except Exception as error:  # onnxruntime's errors have no other base
            raise _unreadable(error) from error

    def run(ids: Integers, kinds: Integers) -> Sequence[Floats]:
        # A session is good in the process that opened it: after a fork each opens its own.
        return tuple(session_of(os.getpid()).run(None, {"ids": ids, "kinds": kinds}))

    session_of(os.getpid())  # here, so that a file that is not whole is told of at once
    examples = json.loads((home / "examples.json").read_text(encoding="utf-8"))
    vectors = np.frombuffer((home / "examples.bin").read_bytes(), dtype=np.int8).reshape(-1, 384)
    nearest = Examples([each["text"] for each in examples], [each["labels"] for each in examples], vectors)
    return LargeEncoder(Encoder(run, end), nearest)
