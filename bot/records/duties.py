"""What Chaperone must do later by itself, each thing once: a reminder, an escalation, a job on a platform. Kept in the
database, so that no restart forgets one or does it twice."""

from dataclasses import dataclass
from datetime import datetime

DUTIES_BELL = "duties"
LOOKS_BELL = "looks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One thing to do at `due_at`. There is one of a kind for each subject: set anew, it takes the place of the one
    before. `note` is what its handler wants to know besides: ids, never words of a member."""

    kind: str
    subject: str
    due_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """These kinds of duties; with `is_without`, all but these."""

    names: frozenset[str]
    is_without: bool = False


LEASES = 10
"""So many times longer than a message's lease is a duty's: a platform lets us ask only so often, a large file takes its
time to come and then waits for its turn; whoever has it must not lose the lease meanwhile."""
EVERY_KIND = Kinds(names=frozenset(), is_without=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyItem:
    """A due duty under a lease."""

    id: int
    duty: Duty
    attempts: int
    fence: int
