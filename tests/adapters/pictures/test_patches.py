"""The rectangle around each patch of a mask, against a slower truth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from adapters.pictures.patches import Mask, Slanted, around, outlines


def flooded(mask: Mask) -> list[set[tuple[int, int]]]:
    """The patches by flood fill, cell by cell."""
    left = {(int(x), int(y)) for y, x in zip(*np.nonzero(mask), strict=True)}
    patches = []
    while left:
        patch, edge = set(), [left.pop()]
        while edge:
            x, y = edge.pop()
            patch.add((x, y))
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & left
            left -= near
            edge += near
        patches.append(patch)
    return patches


@settings(max_examples=60)
@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_patches_are_those_that_a_flood_would_find(mask: Mask) -> None:
    found = [{(int(x), int(y)) for x, y in points} for points in outlines(mask, 1000)]

    whole = flooded(mask)
    assert len(found) == len(whole)
    assert all(any(points <= patch for patch in whole) for points in found)


@settings(max_examples=60)
@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_the_rectangle_around_a_patch_holds_all_of_it(mask: Mask) -> None:
    for points in outlines(mask, 1000):
        rectangle = around(points)
        off = points - (rectangle.x, rectangle.y)
        along = off @ (math.cos(rectangle.angle), math.sin(rectangle.angle))
        across = off @ (-math.sin(rectangle.angle), math.cos(rectangle.angle))

        assert np.abs(along).max() <= rectangle.long / 2 + 1e-6
        assert np.abs(across).max() <= rectangle.short / 2 + 1e-6


@pytest.mark.parametrize("degrees", [-40, -8, 0, 3, 8, 40])
def test_a_slanted_bar_is_measured_along_its_slant(degrees: float) -> None:
    bar = Slanted(x=150, y=100, long=180, short=16, angle=math.radians(degrees))
    picture = Image.new("1", (300, 200))
    ImageDraw.Draw(picture).polygon([(x, y) for x, y in bar.corners().tolist()], fill=1)

    (points,) = outlines(np.asarray(picture), 10)
    found = around(points)

    assert (found.x, found.y) == pytest.approx((150, 100), abs=1.5)
    assert (found.long, found.short) == pytest.approx((180, 16), abs=3)
    assert math.degrees(found.angle) == pytest.approx(degrees, abs=1.0)
