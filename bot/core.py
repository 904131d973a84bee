"""What every part of the product is handed: the store, the bell, keys, packs, platforms and settings. Made once, in
wiring."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from bot.away import Away
from bot.errors import ChaperoneError
from bot.ids import WorkspaceId
from bot.known_names import KnownNames
from bot.ports import Ability, Bell, Keys, Platforms, Store
from bot.ports.pictures import Sight
from bot.records.accounts import EmailDomains
from policy.pack import Pack
from policy.verdict import PackId


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times and counts that the product keeps to; each can be set (docs/settings.md)."""

    lease: timedelta = timedelta(seconds=30)
    attempts: int = 6
    first_retry: timedelta = timedelta(seconds=1)
    longest_retry: timedelta = timedelta(minutes=15)
    poll: timedelta = timedelta(seconds=5)
    workers: int = 8
    context_messages: int = 6
    context_kept: timedelta = timedelta(minutes=15)
    fold_within: timedelta = timedelta(minutes=10)
    roster_kept: timedelta = timedelta(days=90)
    account_wait: timedelta = timedelta(seconds=3)


class Shelf:
    """The packs in use. A broken pack never replaces a working one."""

    def __init__(self, load: Callable[[], Mapping[PackId, Pack]]) -> None:
        self._load = load
        self._packs = load()
        self._loading = Lock()

    def __getitem__(self, pack: PackId) -> Pack:
        """The pack. Raises KeyError where there is none of that name."""
        return self._packs[pack]

    def get(self, pack: PackId) -> Pack | None:
        return self._packs.get(pack)

    def __iter__(self) -> Iterator[Pack]:
        return iter(self._packs.values())

    def reload(self) -> None:
        """Reads all packs anew. Raises what `load` raises, and then the packs stay as they were. Asked for from several
        threads, one reads after the other: what was read last stays."""
        with self._loading:
            self._packs = self._load()


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """Handed to every function that acts. Without `sight` no picture is looked at."""

    store: Store
    bell: Bell
    keys: Keys
    shelf: Shelf
    platforms: Platforms
    default_pack: PackId
    domains: EmailDomains = field(default_factory=EmailDomains)
    limits: Limits = field(default_factory=Limits)
    names: KnownNames = field(default_factory=KnownNames)
    away: Away = field(default_factory=Away)
    sight: Sight | None = None

    def can(self, workspace: WorkspaceId, ability: Ability) -> bool:
        """Whether the workspace's platform is connected and able to do it there now."""
        try:
            return ability in self.platforms(workspace).abilities(workspace)
        except ChaperoneError:
            return False
