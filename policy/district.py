"""What a district sponsors, and how strict it is about the rest."""

from dataclasses import dataclass, field
from enum import StrEnum


class LinkStrictness(StrEnum):
    """What `personal_link` forbids: unsponsored social media, or every site the district does not sponsor."""

    SOCIAL = "social"
    UNSPONSORED = "unsponsored"


@dataclass(frozen=True, slots=True)
class District:
    """What the district sponsors: hosts (`*.` for it and all below), social accounts, and tools with their hosts."""

    name: str
    hosts: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tools: dict[str, tuple[str, ...]] = field(default_factory=dict)
