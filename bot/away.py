"""Which platforms did not answer in time of late: nobody waits for them again for a while."""

import time
from collections.abc import Callable
from datetime import timedelta

from bot.ids import WorkspaceId

PAUSE = timedelta(seconds=30)


class Away:
    """Kept in memory: after a restart each platform is waited for once more."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[WorkspaceId, float] = {}

    def is_so(self, workspace: WorkspaceId) -> bool:
        """Whether its platform is not worth waiting for now."""
        return self._clock() < self._until.get(workspace, 0.0)

    def note(self, workspace: WorkspaceId) -> None:
        """Its platform did not answer in time."""
        self._until[workspace] = self._clock() + PAUSE.total_seconds()
