"""What is in one file: header, frames, faces, text. Runs in a process of its own, for decoders may fail in any way."""

import time
from collections.abc import Iterator
from functools import cached_property

from adapters.pictures.faces import Faces
from adapters.pictures.frames import CannotLook, Frame, animated, opened, still, torn
from adapters.pictures.kinds import Kind, sniffed
from adapters.pictures.limits import Limits
from adapters.pictures.parts import FILM, HEIC, is_here
from adapters.pictures.place import has_place, heic_has_place
from adapters.pictures.reading import Reading
from adapters.pictures.sensor import Sensor
from bot.ports.pictures import Box, ReadLine, Seen, Unseen


class Eyes:
    """The models, each loaded when it is first needed."""

    def __init__(self, limits: Limits, sensor: Sensor | None = None, *, threads: int = 1) -> None:
        self.limits, self.sensor, self._threads = limits, sensor, threads

    @cached_property
    def faces(self) -> Faces:
        return Faces(self._threads)

    @cached_property
    def reading(self) -> Reading:
        return Reading(self._threads)

    def look(self, content: bytes) -> Seen:
        """What is in the file. It raises nothing for what the file is; what was seen before it failed is kept."""
        look = _Look(self)
        try:
            look.walk(content)
        except CannotLook as error:
            look.unseen = error.why
        except MemoryError:
            look.unseen = Unseen.TOO_LARGE
        except Exception:  # noqa: BLE001 - decoders raise whatever they like; the file is at fault
            look.unseen = Unseen.BROKEN
        return look.seen()


class _Look:
    """One file being looked at, and what was seen of it so far."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self._limits = eyes.limits
        self._late_at = time.monotonic() + eyes.limits.soft_seconds
        self._size = (0, 0)
        self._has_place = False
        self._faces: tuple[Box, ...] = ()
        self._lines: list[ReadLine] = []
        self._provocative: float | None = None
        self.unseen: Unseen | None = None

    def seen(self) -> Seen:
        return Seen(
            width=self._size[0],
            height=self._size[1],
            faces=self._faces,
            lines=tuple(self._lines),
            has_place=self._has_place,
            provocative=self._provocative,
            unseen=self.unseen,
        )

    def walk(self, content: bytes) -> None:
        kind = sniffed(content)
        if kind is None:
            raise CannotLook(Unseen.UNKNOWN_KIND)
        if kind is Kind.VIDEO:
            self._walk_film(content)
        elif kind is Kind.HEIC:
            self._walk_heic(content)
        else:
            self._walk_picture(content, kind)

    def _walk_picture(self, content: bytes, kind: Kind) -> None:
        picture = opened(content, kind, self._limits)
        self._size = picture.size
        self._has_place = has_place(picture)
        if getattr(picture, "is_animated", False):
            self._walk_frames(animated(picture, self._limits, self._is_late))
            return
        try:
            frame = still(picture)
        except OSError:
            # A browser shows what there is of a file that was cut off, so that much is looked at.
            self.unseen = Unseen.BROKEN
            frame = torn(content, kind, self._limits)
        self._size = frame.shown_size
        self._look_at(frame)
        self._read(frame)

    def _walk_heic(self, content: bytes) -> None:
        self._has_place = heic_has_place(content)
        if not is_here(HEIC):
            raise CannotLook(Unseen.NO_HEIC)
        import pillow_heif  # under the GPL, so it is never ours to install

        pillow_heif.register_heif_opener()
        self._walk_picture(content, Kind.HEIC)

    def _walk_film(self, content: bytes) -> None:
        if not is_here(FILM):
            raise CannotLook(Unseen.NO_VIDEOS)
        from adapters.pictures.film import Film

        film = Film(content, self._limits)
        self._size = (film.width, film.height)
        self._has_place = film.has_place
        self._walk_frames(film.frames(self._is_late))

    def _walk_frames(self, frames: Iterator[Frame]) -> None:
        """Faces in each frame, text in some. What was seen stays where the frames end with CannotLook."""
        every = -(-self._limits.frames // self._limits.frames_read)
        for place, frame in enumerate(frames):
            self._look_at(frame)
            if place % every == 0:
                self._read(frame)
            if self._is_late():
                raise CannotLook(Unseen.TOO_SLOW)

    def _look_at(self, frame: Frame) -> None:
        faces = self._eyes.faces.find(frame.picture)
        if len(faces) > len(self._faces):
            self._faces = faces
        if self._eyes.sensor is not None:
            chance = min(max(float(self._eyes.sensor(frame.picture)), 0.0), 1.0)
            self._provocative = max(self._provocative or 0.0, chance)

    def _read(self, frame: Frame) -> None:
        """Adds the lines that no frame before has shown."""
        known = {line.text for line in self._lines}
        room = self._limits.lines - len(self._lines)
        lines = self._eyes.reading.read(frame.picture, room, frame.at_seconds) if room else ()
        self._lines += [line for line in lines if line.text not in known]

    def _is_late(self) -> bool:
        return time.monotonic() > self._late_at
