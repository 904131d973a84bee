"""What a governance check is, and what it looks at."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, cached_property

from bot.cards import Action, Card, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.ids import ChannelRef, PersonId, PersonRef
from bot.people.parents import ParentPlace, parents_of_channel
from bot.people.routing import supervisor_of
from bot.ports import Transaction
from bot.records.governance import CheckState, Keeper, Membership, NoticePosting, Outcome
from bot.records.registry import Channel, ChannelFacts, Person
from policy.message import Role
from policy.notices import Notice
from policy.pack import Pack
from policy.verdict import Severity
from policy.words import Text

NO_PACK = Text(
    en="The policy of #{channel} (“{pack}”) is not loaded, so nothing can be checked there. Whoever runs Chaperone "
    "puts it back; “chaperone packs” lists those that are there.",
    es="La política de #{channel} («{pack}») no está cargada y allí no se puede comprobar nada. Quien administra "
    "Chaperone debe reponerla; «chaperone packs» muestra las que hay.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in the channel, as the register knows them; `person` is None for an account that nobody has met."""

    place: Membership
    person: Person | None

    @property
    def id(self) -> PersonId:
        return self.place.person.person


@dataclass(frozen=True, kw_only=True)
class View:
    """A channel with all that checks look at, as of one transaction. `keepers` are those who answered for it up to
    now."""

    tx: Transaction
    core: Core
    channel: Channel
    pack: Pack
    facts: ChannelFacts
    members: tuple[Member, ...]
    keepers: tuple[Keeper, ...]
    owner: Person | None
    supervisor: Person | None
    now: datetime

    @cached_property
    def parents(self) -> tuple[ParentPlace, ...]:
        """All parents of the channel's students whom the roster knows: several checks ask, it is looked up once."""
        return parents_of_channel(self.tx, self.channel)

    @property
    def answering(self) -> frozenset[PersonRef]:
        """Those who answer for the channel now: its owner, and whoever supervises it."""
        above = self.supervisor.ref if self.supervisor is not None else None
        found = (self.channel.owner, self.channel.supervisor, above)
        return frozenset(ref for ref in found if ref is not None)

    @cached_property
    def _postings(self) -> Mapping[tuple[str, str], NoticePosting]:
        return {(each.notice, each.version): each for each in self.tx.notices.postings(self.channel.ref)}

    def posting(self, notice: Notice) -> NoticePosting | None:
        """That the notice was given in its present wording."""
        return self._postings.get((notice.id, notice.version))

    @property
    def has_families(self) -> bool:
        """Whether anybody is there whose parents are to be told, or who is a parent."""
        return any(member.person is not None and member.person.role in FAMILIES for member in self.members)

    def is_in(self, person: PersonRef) -> bool:
        return any(member.place.person == person for member in self.members)


class Duty(StrEnum):
    """Who must do something about a broken check first."""

    OWNER = "owner"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: one file in `bot/governance/checks/`. `reasons` say for each `why` of an outcome that does not hold
    what is the matter and what to do; `{names}` are the people whom it is about, `{n}` how many. `severity` is how
    loudly people hear of it when it breaks; from `high` on the supervisor hears at once. `fix` are the buttons that
    mend it, for somebody who answers for the channel. Reasons in `ours` are mended by Chaperone itself: people hear of
    them only where that takes long."""

    name: str
    look: Callable[[View], Outcome]
    reasons: Mapping[str, Text]
    fix: Callable[[View, Outcome, Person], tuple[Action, ...]] = lambda _view, _outcome, _viewer: ()
    who: Duty = Duty.OWNER
    severity: Severity = Severity.NORMAL
    ours: frozenset[str] = frozenset()


NOBODY_YET = "nobody_yet"
"""The reason of a check that cannot be seen because the channel has no families yet: nobody has anything to do."""
FAMILIES = (Role.STUDENT, Role.PARENT)
HOLDS = Outcome(state=CheckState.HOLDS, why="")


def broken(why: str, *people: PersonId) -> Outcome:
    """The check is broken, for that reason and because of these people."""
    return Outcome(state=CheckState.BROKEN, why=why, people=tuple(sorted(people)))


def unseen(why: str) -> Outcome:
    """The check cannot be seen from here, for that reason."""
    return Outcome(state=CheckState.UNSEEN, why=why)


def view_of(tx: Transaction, core: Core, channel: Channel, pack: Pack) -> View:
    """The channel as of this transaction."""
    places = tx.registry.memberships(channel.ref)
    known = tx.registry.known([place.person for place in places])
    return View(
        tx=tx,
        core=core,
        channel=channel,
        pack=pack,
        facts=tx.registry.facts(channel.ref),
        members=tuple(Member(place=place, person=known.get(place.person)) for place in places),
        keepers=tuple(tx.registry.keepers(channel.ref)),
        owner=tx.registry.person(channel.owner) if channel.owner else None,
        supervisor=supervisor_of(tx, channel),
        now=tx.now,
    )


def view_at(tx: Transaction, core: Core, ref: ChannelRef) -> View | None:
    """The channel of that name as of this transaction; None where it is not on the register or its pack is not on the
    shelf."""
    channel = tx.registry.channel(ref)
    pack = core.shelf.get(channel.pack) if channel else None
    return None if channel is None or pack is None else view_of(tx, core, channel, pack)


def view_for(tx: Transaction, core: Core, channel: Channel) -> View:
    """The channel as of this transaction, for somebody who asks about it. Raises Refused where its pack is not on the
    shelf: no other policy may answer in its place."""
    pack = core.shelf.get(channel.pack)
    if pack is None:
        raise Refused(NO_PACK, channel=channel.name, pack=channel.pack)
    return view_of(tx, core, channel, pack)


def view_in(tx: Transaction, core: Core, ref: ChannelRef) -> View | None:
    """The same for a channel of that name; None where it is not on the register. Raises Refused as `view_for` does."""
    channel = tx.registry.channel(ref)
    return None if channel is None else view_for(tx, core, channel)


def packless(tx: Transaction, core: Core, ref: ChannelRef, viewer: Person) -> Card | None:
    """What those who answer for a channel are shown as long as its pack is not on the shelf; else None."""
    channel = tx.registry.channel(ref)
    if channel is None or core.shelf.get(channel.pack) is not None:
        return None
    supervisor = supervisor_of(tx, channel)
    if viewer.ref not in (channel.owner, supervisor.ref if supervisor is not None else None):
        return None
    said = NO_PACK(viewer.lang, channel=channel.name, pack=channel.pack)
    return Card(title=f"#{channel.name}", tone=Tone.NOTICE, blocks=(Paragraph(said),))


@cache
def checks() -> dict[str, Check]:
    """All checks by name: the `check` of every module in `bot/governance/checks/`."""
    import bot.governance.checks

    found = [
        importlib.import_module(f"bot.governance.checks.{module.name}").check
        for module in pkgutil.iter_modules(bot.governance.checks.__path__)
    ]
    return {check.name: check for check in sorted(found, key=lambda check: check.name)}


def asked_by(pack: Pack) -> tuple[Check, ...]:
    """The checks that some clause of the pack asks for."""
    asked = {name for clause in pack.clauses.values() for name in clause.checks}
    return tuple(check for check in checks().values() if check.name in asked)
