"""Reads the text in a picture, in English and Spanish, with where each line stands. Nothing is fetched: the models come
with the package."""

from typing import Any

import numpy as np
from PIL import Image

from bot.ports.pictures import Box, ReadLine

DETECTED_SIDE = 1280
"""Lines are looked for in a picture of at most so many pixels a side, and read in the full one."""


class Reading:
    """Finds lines of text and reads them."""

    def __init__(self, threads: int = 1) -> None:
        from rapidocr import RapidOCR  # a second and a hundred megabytes: only who reads waits for it

        settings = {
            "Global.log_level": "critical",
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTED_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        self._reader = RapidOCR(params=settings)

    def read(self, picture: Image.Image, most_lines: int, at_seconds: float = 0.0) -> tuple[ReadLine, ...]:
        """The lines of an RGB picture, in the order one reads them."""
        width, height = picture.size
        backwards = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])  # it takes blue first
        found = self._reader(backwards)
        if found.boxes is None or not found.txts:
            return ()
        lines = (
            ReadLine(text=" ".join(text.split()), box=_box(corners, width, height), at_seconds=at_seconds)
            for text, corners in zip(found.txts, found.boxes, strict=True)
        )
        return tuple(line for line in lines if line.text)[:most_lines]


def _box(corners: Any, width: int, height: int) -> Box:
    """The upright box around a line that may stand askew."""
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return Box(
        left=_share(left, width), top=_share(top, height), right=_share(right, width), bottom=_share(bottom, height)
    )


def _share(value: Any, length: int) -> float:
    return min(max(float(value) / length, 0.0), 1.0)
