"""Photographs are taken from the packages that carry them, with their labels; what is made of them keeps its count."""

import random
from pathlib import Path

import pytest
import yaml

from adapters.bench.photographs import GROUPS, LABELS, as_posted, photographs
from adapters.bench.pictures import count_faces
from adapters.bench.portraits import Portrait, portrait

LABELLED = """\
album-of-pictures:
  album/one.jpg: {faces: 1, licence: CC0}
no-such-package:
  none/two.jpg: {faces: 2, licence: CC0}
"""


@pytest.fixture
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Labels of two packages, of which one is installed."""
    info = tmp_path / "album_of_pictures-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: album-of-pictures\nVersion: 1.0\n")
    (tmp_path / "album").mkdir()
    (tmp_path / "album" / "one.jpg").write_bytes(portrait(1, random.Random(1), (480, 480)).content)
    monkeypatch.syspath_prepend(str(tmp_path))
    file = tmp_path / "labels.yml"
    file.write_text(LABELLED)
    return file


def test_pictures_come_from_the_packages_that_are_here_and_the_others_are_named(labels: Path) -> None:
    found, missing = photographs(labels)

    assert [(each.name, each.faces) for each in found] == [("one.jpg", 1)]
    assert missing == ["no-such-package"]


def test_what_people_make_of_a_photograph_has_as_many_faces(labels: Path) -> None:
    found, _ = photographs(labels)

    made = list(as_posted([*found, Portrait(name="wall.jpg", content=found[0].content, faces=0)]))
    counted = count_faces(made)

    assert [each.faces for each in made] == [1, 1, 1, 1, *GROUPS]
    assert counted.hit >= counted.there - 2
    assert counted.wrong == tuple(each for each in counted.wrong if each[1] != each[2])


def test_without_a_photograph_of_somebody_nothing_is_made() -> None:
    assert list(as_posted([])) == []


def test_each_label_says_how_many_faces_and_under_which_licence() -> None:
    known = yaml.safe_load(LABELS.read_text(encoding="utf-8"))

    labels = [label for files in known.values() for label in files.values()]
    assert len(labels) >= 16
    assert all(isinstance(label["faces"], int) and label["licence"] for label in labels)
    assert sum(label["faces"] for label in labels) >= 3
