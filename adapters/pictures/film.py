"""Frames of a video, spread over its length."""

from collections.abc import Callable, Iterator
from io import BytesIO

import av
from PIL import Image

from adapters.pictures.frames import SIDE, CannotLook, Frame
from adapters.pictures.limits import Limits
from adapters.pictures.place import video_has_place
from bot.ports.pictures import Unseen

_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
"""Containers that ffmpeg may take the file for: none of those that name further files, as playlists do."""


class Film:
    """An open video of which only the header was read."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        options = {"format_whitelist": _FORMATS, "protocol_whitelist": "", "enable_drefs": "0"}
        self._container = av.open(BytesIO(content), mode="r", options=options)
        if not self._container.streams.video:
            raise CannotLook(Unseen.UNKNOWN_KIND)
        self._stream = self._container.streams.video[0]
        self._limits = limits
        self.width, self.height = self._stream.width, self._stream.height
        if self.width * self.height > limits.pixels:
            raise CannotLook(Unseen.TOO_LARGE)
        self._stream.codec_context.thread_count = 1

    @property
    def has_place(self) -> bool:
        return video_has_place({**self._container.metadata, **self._stream.metadata})

    def frames(self, is_late: Callable[[], bool]) -> Iterator[Frame]:
        """Some frames, the first among them. Raises CannotLook after the last one where time ran out."""
        seconds = float(self._container.duration or 0) / av.time_base
        before = -1.0
        for place in range(self._limits.frames if seconds else 1):
            frame = self._at(seconds * place / self._limits.frames, is_late)
            if frame is not None and frame.at_seconds > before:
                before = frame.at_seconds
                yield frame

    def _at(self, seconds: float, is_late: Callable[[], bool]) -> Frame | None:
        """The first frame of that moment or after it. One can only jump to some frames; from there all are decoded."""
        if seconds:
            self._container.seek(int(seconds * av.time_base))
        for found in self._container.decode(self._stream):
            if is_late():
                raise CannotLook(Unseen.TOO_SLOW)
            if found.width * found.height > self._limits.pixels:
                raise CannotLook(Unseen.TOO_LARGE)
            if (found.time or 0.0) >= seconds:
                return _upright(found)
        return None


def _upright(found: av.VideoFrame) -> Frame:
    picture = Image.fromarray(found.to_ndarray(format="rgb24"))
    turned = picture.rotate(found.rotation, expand=True) if found.rotation else picture
    turned.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
    return Frame(picture=turned, at_seconds=max(found.time or 0.0, 0.0))
