"""The process that looks: its limits, its death and its replacement, and that nothing else waits for it."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from adapters.pictures import open_sight
from adapters.pictures import sight as sight_module
from adapters.pictures.limits import Limits
from adapters.pictures.sensor import sensor_named
from adapters.pictures.sight import ProcessSight, SightLost
from adapters.settings import Settings
from bot.ports.pictures import Seen, Unseen
from tests.adapters.pictures.files import a_picture, faces, png_of, saved

PATIENT = Limits(soft_seconds=60, seconds=120)
PICTURE = saved(a_picture((64, 48)), "PNG")
SMALL = Seen(width=64, height=48)

# What an operator's own function could do, each for a picture of its width.
ODD = """
import os, time

def sense(picture):
    match picture.width:
        case 11: return float("SLACK_BOT_TOKEN" in os.environ or "CHAPERONE_KEY" in os.environ)
        case 12: os.write(os.open(__file__ + ".copy", os.O_CREAT | os.O_WRONLY), b"x")
        case 13: print("hello", flush=True); os.write(1, b"x" * 12); return 0.25
        case 14: return len(bytearray(8 << 30))
        case 15: os.abort()
        case 16: time.sleep(600)
        case 17:
            while True: pass
    return 0.5
"""


def wide(width: int) -> bytes:
    return saved(a_picture((width, 20)), "PNG")


def with_sensor(folder: Path, limits: Limits = PATIENT) -> ProcessSight:
    """A sight whose process also finds the module above."""
    (folder / "operators_own.py").write_text(ODD)
    start = (
        f"import sys; sys.path.append({str(folder)!r}); from adapters.pictures.child import main; main(*sys.argv[1:])"
    )
    return ProcessSight(limits, "operators_own:sense", (sys.executable, "-P", "-c", start))


async def test_a_picture_is_looked_at_in_another_process() -> None:
    sight = ProcessSight(PATIENT)

    seen = await sight.look(saved(faces(2), "JPEG"), name="team.jpg")

    assert (len(seen.faces), seen.unseen) == (2, None)
    assert sight.process_id not in (None, os.getpid())
    await sight.close()
    assert sight.process_id is None


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"x" * (1 << 20) + b"x", Unseen.TOO_LARGE), (b"<svg/>", Unseen.UNKNOWN_KIND), (b"", Unseen.UNKNOWN_KIND)],
)
async def test_what_is_no_picture_starts_no_process(content: bytes, why: Unseen) -> None:
    sight = ProcessSight(Limits(megabytes=1))

    assert await sight.look(content, name="a.png") == Seen(unseen=why)
    assert sight.process_id is None


async def test_without_the_packages_people_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sight_module, "is_here", lambda _part: False)

    assert await ProcessSight().look(PICTURE, name="a.png") == Seen(unseen=Unseen.NOT_INSTALLED)


@pytest.mark.parametrize(
    ("width", "limits", "why"),
    [(16, Limits(seconds=2), Unseen.TOO_SLOW), (17, Limits(cpu_seconds=1, seconds=90), Unseen.TOO_SLOW)],
    ids=["hangs", "spins"],
)
async def test_a_process_that_hangs_or_spins_is_ended(tmp_path: Path, width: int, limits: Limits, why: Unseen) -> None:
    sight = with_sensor(tmp_path, limits)

    assert (await sight.look(wide(width), name="a.png")).unseen is why
    assert sight.process_id is None
    await sight.close()


async def test_the_process_has_neither_secrets_nor_files_nor_endless_memory_and_is_replaced_when_it_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-invented")
    monkeypatch.setenv("CHAPERONE_KEY", "invented")
    sight = with_sensor(tmp_path)

    found: dict[int, list[tuple[float | None, Unseen | None, int | None]]] = {}
    for width in (11, 12, 13, 14, 20, 15, 20):
        seen = await sight.look(wide(width), name="a.png")
        found.setdefault(width, []).append((seen.provocative, seen.unseen, sight.process_id))

    process = found[11][0][2]
    assert found[11] == [(0.0, None, process)], "no secrets"
    assert found[12] == [(None, Unseen.BROKEN, process)], "no files"
    assert found[13] == [(0.25, None, process)], "what is printed is no answer"
    if sys.platform.startswith("linux"):  # macOS keeps no limit of the address space
        assert found[14] == [(None, Unseen.TOO_LARGE, process)], "no endless memory"
    assert found[15] == [(None, Unseen.BROKEN, None)], "it died"
    assert [each[:2] for each in found[20]] == [(0.5, None)] * 2
    assert found[20][0][2] == process != found[20][1][2]
    await sight.close()


async def test_a_sensor_that_is_not_there_is_said_at_once() -> None:
    sight = ProcessSight(PATIENT, "no_such_module:sense")

    with pytest.raises(SightLost, match="chaperone doctor"):
        await sight.look(PICTURE, name="a.png")
    with pytest.raises(ImportError):
        sensor_named("no_such_module:sense")


async def test_who_is_cancelled_leaves_no_half_conversation(tmp_path: Path) -> None:
    sight = with_sensor(tmp_path)
    asked = asyncio.create_task(sight.look(wide(16), name="a.png"))
    while sight.process_id is None:
        await asyncio.sleep(0.01)

    asked.cancel()
    await asyncio.wait([asked])

    assert asked.cancelled()
    assert (await sight.look(wide(20), name="a.png")).provocative == 0.5
    await sight.close()


async def test_a_process_ends_when_it_has_rested_or_served_enough_and_another_takes_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sight_module, "FILES_A_LIFE", 2)
    sight = ProcessSight(PATIENT)
    ids = []
    for _ in range(3):
        assert await sight.look(PICTURE, name="a.png") == SMALL
        ids.append(sight.process_id)

    assert ids[0] == ids[1] != ids[2]

    monkeypatch.setattr(sight_module, "IDLE_SECONDS", 0.01)
    assert await sight.look(PICTURE, name="a.png") == SMALL
    async with asyncio.timeout(60):
        while sight.process_id is not None:
            await asyncio.sleep(0.01)
    assert await sight.look(PICTURE, name="a.png") == SMALL
    await sight.close()


async def test_a_hundred_pictures_and_bombs_hold_no_message_up() -> None:
    """While they wait in their row, the event loop answers at once."""
    sight = ProcessSight(PATIENT)
    files = [PICTURE, png_of(9_000, 9_000), PICTURE[:60], saved(faces(1, (320, 240)), "JPEG") + b"x" * (4 << 20)] * 25
    delays = []

    async def messages() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            delays.append(time.perf_counter() - before - 0.005)

    others = asyncio.create_task(messages())
    seen = await asyncio.gather(*(sight.look(content, name="x") for content in files))
    others.cancel()

    assert [each.unseen for each in seen] == [None, Unseen.TOO_LARGE, Unseen.BROKEN, None] * 25
    assert len(delays) > 100
    assert sorted(delays)[len(delays) * 95 // 100] < 0.1
    await sight.close()


@pytest.mark.parametrize("wanted", [True, False])
def test_an_operator_may_want_no_pictures_looked_at(wanted: bool) -> None:
    assert (open_sight(Settings(pictures=wanted)) is not None) == wanted
