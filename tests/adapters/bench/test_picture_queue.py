"""The bench measures messages beside pictures that are really looked at."""

import pytest

from adapters.bench import picture_queue
from tests.district import CREC, shipped


def test_messages_are_timed_with_pictures_in_the_queue_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, count in (("PICTURES", 2), ("TURNS", 2), ("MESSAGES", 3), ("PAUSE_SECONDS", 0)):
        monkeypatch.setattr(picture_queue, name, count)

    rows = picture_queue.queue_rows(["practice is at four"], shipped()[CREC])

    figures = {name: figure for name, figure, _ in rows}
    assert all(figure > 0 for figure in figures.values())
    assert 1 <= figures["pictures of the 2 that were looked at meanwhile"] <= 2
    assert "ratio of the two" in figures
