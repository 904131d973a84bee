"""Prints what looking at pictures comes to: hits and misses, then time and memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from adapters.pictures.parts import PILLOW, RUNTIME, is_here
from policy.message import Context, Message
from policy.pack import Pack

if TYPE_CHECKING:
    from adapters.bench.pictures import FacesFound

MOST_SHOWN = 8


def print_pictures(
    console: Console, texts: Sequence[tuple[Message, Context]], pack: Pack, folder: Path | None = None
) -> None:
    """Faces on the pictures of `folder` or on drawn ones; the texts as flyers; time and memory."""
    if not (is_here(PILLOW) and is_here(RUNTIME)):
        console.print("Pillow or onnxruntime is not installed, so no picture was looked at.")
        return
    # Late: the rest of the bench goes on where these packages are missing.
    from adapters.bench.photographs import as_posted, photographs
    from adapters.bench.picture_queue import queue_rows
    from adapters.bench.pictures import count_faces, labelled_pictures, picture_times, read_flyers

    _print_faces(console, f"{'labelled' if folder else 'drawn'} pictures", count_faces(labelled_pictures(folder)))
    carried, missing = photographs()
    if carried:
        _print_faces(console, "photographs that packages carry", count_faces(carried))
        _print_faces(console, "the same as people post them", count_faces(list(as_posted(carried))))
    if missing:
        console.print(
            f"Photographs not looked at, their packages are not here: {', '.join(missing)} (`make bench-peers`)."
        )
    flyers = read_flyers(texts, pack)
    console.print(
        f"flyers, drawn and read: {flyers.same} of {flyers.flyers} judged as their text is; "
        f"of those that break a rule {flyers.breaking_same} of {flyers.breaking}"
    )
    for read, wanted, found in flyers.differing[:MOST_SHOWN]:
        said = " ".join(read.split())
        console.print(f"  {_names(wanted)} became {_names(found)}: {said}", markup=False, highlight=False)
    for name, value, unit in picture_times():
        console.print(f"{name:58} {value:>12,.0f} {unit}")
    for name, value, unit in queue_rows([message.text for message, _ in texts], pack):
        console.print(f"{name:58} {value:>12,.2f} {unit}")


def _print_faces(console: Console, what: str, faces: "FacesFound") -> None:
    """Hits and misses, each wrong count by name where the pictures have one."""
    console.print(
        f"faces, {faces.pictures} {what}: {faces.hit} of {faces.there} counted, {faces.too_many} too many; the number "
        f"is right in {faces.exact}; false alarms in {faces.false_alarms} of {faces.clean} without a face"
    )
    for name, there, seen in faces.wrong:
        if name:
            console.print(f"  {name}: {there} there, {seen} counted", markup=False, highlight=False)


def _names(rules: frozenset[str]) -> str:
    return ", ".join(sorted(rules)) or "nothing"
