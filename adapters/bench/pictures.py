"""What is seen in pictures: faces counted on drawn and labelled ones, flyers judged as their texts, time, memory."""

import asyncio
import json
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image

from adapters.bench.flyers import drawn
from adapters.bench.portraits import Portrait, crowd, faceless, portrait
from adapters.pictures.faces import Faces
from adapters.pictures.frames import opened, still
from adapters.pictures.kinds import Kind
from adapters.pictures.limits import Limits
from adapters.pictures.looking import Eyes
from adapters.pictures.sight import ProcessSight
from policy import judge
from policy.message import Context, Message
from policy.pack import Pack

LABELS = "faces.json"
"""In a folder of labelled pictures: each file's name, and how many faces are in it."""

ROUNDS = 9
QUEUE = 20
QUARTERS = (0, 0, 0, 0, 0, 1, 2, 3)
"""Three of eight flyers lie on their side or stand on their head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacesFound:
    """How many faces were counted on pictures with a known number of them. `wrong`: name, faces there, faces seen."""

    pictures: int
    exact: int
    there: int
    hit: int
    too_many: int
    clean: int
    false_alarms: int
    wrong: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlyersRead:
    """How often a flyer is judged as its text is."""

    flyers: int
    same: int
    breaking: int
    breaking_same: int
    differing: tuple[tuple[str, frozenset[str], frozenset[str]], ...]


def labelled_pictures(folder: Path | None) -> list[Portrait]:
    """The pictures of a folder with their labels, or else drawn ones: one to eight faces, two crowds, and others
    without any."""
    if folder is None:
        chance = _drawing()
        with_faces = [portrait(1 + place % 8, chance) for place in range(24)]
        crowds = [crowd(10, 5, chance), crowd(12, 6, chance)]
        return [*with_faces, *crowds, *(faceless(chance) for _ in range(24))]
    labels: dict[str, int] = json.loads((folder / LABELS).read_text(encoding="utf-8"))
    return [
        Portrait(name=name, content=(folder / name).read_bytes(), faces=count) for name, count in sorted(labels.items())
    ]


def count_faces(pictures: Sequence[Portrait]) -> FacesFound:
    faces = Faces()
    seen_in = [(each, len(faces.find(_decoded(each.content)))) for each in pictures]
    found = [(each.faces, seen) for each, seen in seen_in]
    return FacesFound(
        pictures=len(found),
        exact=sum(there == seen for there, seen in found),
        there=sum(there for there, _ in found),
        hit=sum(min(there, seen) for there, seen in found),
        too_many=sum(max(0, seen - there) for there, seen in found if there),
        clean=sum(not there for there, _ in found),
        false_alarms=sum(bool(seen) for there, seen in found if not there),
        wrong=tuple((each.name, each.faces, seen) for each, seen in seen_in if each.faces != seen),
    )


def read_flyers(texts: Iterable[tuple[Message, Context]], pack: Pack) -> FlyersRead:
    """Draws each text, reads it, and compares the rules that alert. The drawing is the same each time."""
    eyes, chance = Eyes(Limits()), _drawing()
    rows = []
    for message, context in texts:
        flyer = drawn(message.text, chance, quarters=chance.choice(QUARTERS))
        read = eyes.look(flyer.content).text
        rows.append((_rules(message, context, pack), _rules(replace(message, text=read), context, pack), read))
    breaking = [row for row in rows if row[0]]
    return FlyersRead(
        flyers=len(rows),
        same=sum(wanted == found for wanted, found, _ in rows),
        breaking=len(breaking),
        breaking_same=sum(wanted == found for wanted, found, _ in breaking),
        differing=tuple((read, wanted, found) for wanted, found, read in rows if wanted != found),
    )


def picture_times() -> Iterator[tuple[str, float, str]]:
    """Name, figure, unit: one thread, and then the whole way through the process."""
    chance = _drawing()
    large, group = (4000, 3000), portrait(4, chance).content
    faces, eyes = Faces(), Eyes(Limits())
    named = (
        ("1080p", group),
        ("crowded 1080p", crowd(10, 5, chance).content),
        ("12 MP", portrait(4, chance, large).content),
    )
    for name, content in named:
        yield f"faces counted in a {name} JPEG, from its bytes", _median_ms(partial(_count, faces, content)), "ms"
    flyer = _decoded(drawn("Bake sale on Friday at noon\nBring a friend\nViernes a mediodía", chance).content)
    yield "text of a 1080p flyer read", _median_ms(lambda: eyes.reading.read(flyer, 400)), "ms"
    yield from asyncio.run(_through_the_process(group))


async def _through_the_process(content: bytes) -> list[tuple[str, float, str]]:
    sight = ProcessSight(Limits(soft_seconds=60, seconds=120))
    started = time.perf_counter()
    await sight.look(content, name="first.jpg")
    first = time.perf_counter() - started
    delays: list[float] = []
    others = asyncio.create_task(_messages(delays))
    started = time.perf_counter()
    await asyncio.gather(*(sight.look(content, name="next.jpg") for _ in range(QUEUE)))
    each = (time.perf_counter() - started) / QUEUE
    others.cancel()
    figures = [
        ("the first picture, with the start of the process", first * 1e3, "ms"),
        (f"each of {QUEUE} pictures that wait together, faces and text", each * 1e3, "ms"),
        ("a message meanwhile waits for the event loop, p99", statistics.quantiles(delays, n=100)[98] * 1e3, "ms"),
        ("memory of the process, at most", _peak_megabytes(sight.process_id), "MB"),
    ]
    await sight.close()
    return figures


async def _messages(delays: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        delays.append(time.perf_counter() - before - 0.005)


def _peak_megabytes(process: int | None) -> float:
    """As Linux counts it; elsewhere there is no such file, and no figure."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _count(faces: Faces, content: bytes) -> int:
    return len(faces.find(_decoded(content)))


def _decoded(content: bytes) -> Image.Image:
    kind = Kind(Image.open(BytesIO(content)).format or "")
    return still(opened(content, kind, Limits())).picture


def _rules(message: Message, context: Context, pack: Pack) -> frozenset[str]:
    return frozenset(finding.rule for finding in judge(message, context, pack).alerting)


def _drawing() -> random.Random:
    return random.Random(6)  # noqa: S311 - guards nothing: the same pictures each time


def _median_ms(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e3
