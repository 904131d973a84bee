"""What is kept of messages, incidents, people, channels, questions, and the journal: one repository each."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ids import ChannelRef, IncidentId, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.records.governance import Keeper, Membership
from bot.records.incidents import Decision, Evidence, FindingRecord, Incident, IncidentState
from bot.records.journal import Entry, Row
from bot.records.questions import Question
from bot.records.registry import Channel, ChannelException, ChannelFacts, Person
from policy.verdict import PackId


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageState:
    """What is known of a message: no words. `newest_revision` is -1 before any revision was seen; `said_at` is when it
    was posted, None where only an edit, a deletion or a report of it came. `deleted_at` and `restored_at` are the last
    time that it was deleted and put back, whatever came first to us."""

    ref: MessageRef
    thread: MessageId | None
    author: PersonId | None
    newest_revision: int
    deleted_at: datetime | None = None
    restored_at: datetime | None = None
    said_at: datetime | None = None

    @property
    def is_deleted(self) -> bool:
        """Whether it is gone from the channel."""
        if self.deleted_at is None:
            return False
        return self.restored_at is None or self.restored_at < self.deleted_at


class Messages(Protocol):
    """That messages were checked, and the last few words of a conversation, sealed and soon gone."""

    def lock(self, message: MessageRef) -> MessageState:
        """The message's state, held against other transactions until this one ends; made where there is none."""

    def save(self, state: MessageState) -> None: ...

    def get(self, message: MessageRef) -> MessageState | None: ...

    def said_in(self, channel: ChannelRef, *, after: datetime, until: datetime) -> Sequence[MessageState]:
        """The messages that were posted there after `after` and up to `until` and are not known to be deleted, oldest
        first."""

    def add_verdict(
        self, message: MessageRef, revision: int, *, pack: PackId, pack_version: str, findings: Sequence[FindingRecord]
    ) -> bool:
        """Keeps that the revision was judged. False: it was judged before, and nothing changes."""

    def is_clean(self, message: MessageRef, revision: int) -> bool:
        """Whether that revision was judged and breaks no rule that alerts."""

    def keep_context(
        self, message: MessageRef, *, thread: MessageId | None, said_at: datetime, sealed: bytes, until: datetime
    ) -> None:
        """Keeps a message's words for the judging of those after it. A newer revision replaces the older."""

    def context_before(
        self, channel: ChannelRef, *, thread: MessageId | None, said_before: datetime, limit: int
    ) -> Sequence[bytes]:
        """The last kept words of that thread (or of the channel outside threads), oldest first. A thread's first
        message counts as part of it."""

    def drop_context(self, message: MessageRef) -> None: ...

    def purge_context(self) -> int:
        """Forgets what has passed its time; returns how many."""

    def counts(self) -> dict[str, int]:
        """`checked` revisions and `flagged` ones."""

    def counted(self, channel: ChannelRef, *, since: datetime) -> tuple[int, int]:
        """How many revisions of the channel were checked after that, and how many of them were flagged."""


class Incidents(Protocol):
    """Incidents with their evidence, decisions and keys."""

    def get(self, incident_id: IncidentId) -> Incident | None: ...

    def open(self, incident: Incident, *, wrapped_key: bytes) -> None:
        """Adds an incident with the sealed key of its evidence."""

    def save(self, incident: Incident) -> None:
        """Stores the next version. Raises StaleLease where `version` is not one more than the stored one."""

    def wrapped_key(self, incident_id: IncidentId) -> bytes | None:
        """The sealed key of the incident's evidence; None once it was erased."""

    def erase_key(self, incident_id: IncidentId) -> None: ...

    def add_recipient(self, incident_id: IncidentId, person: PersonRef) -> None: ...

    def recipients(self, incident_id: IncidentId) -> Sequence[PersonRef]:
        """Who was told, in the order they were."""

    def add_evidence(self, evidence: Evidence) -> bool:
        """False: that revision and kind is kept already."""

    def evidence(self, incident_id: IncidentId) -> Sequence[Evidence]:
        """All that is kept, oldest revision first."""

    def add_decision(self, decision: Decision) -> None: ...

    def decisions(self, incident_id: IncidentId) -> Sequence[Decision]:
        """Who did what, oldest first."""

    def told(self, person: PersonRef, *, limit: int = 50) -> Sequence[Incident]:
        """Incidents that this person was told of, newest first."""

    def about(self, author: PersonRef, *, limit: int = 50) -> Sequence[Incident]:
        """Incidents about this person's own messages, newest first."""

    def latest_of(self, channel: ChannelRef, author: PersonId, *, since: datetime) -> Incident | None:
        """The newest incident of this author in this channel since then that is not folded into another."""

    def newest(self, *, states: Collection[IncidentState] = (), limit: int = 1_000) -> Sequence[Incident]:
        """The newest incidents of these states (none named: of any), newest first."""

    def undecided_in(self) -> Collection[ChannelRef]:
        """The channels in which an incident waits for a decision."""

    def unrouted(self) -> Sequence[Incident]:
        """Incidents that nobody was told of."""

    def folded(self, incident_id: IncidentId) -> Sequence[Incident]:
        """Incidents folded into this one, oldest first."""

    def counts(self) -> dict[str, int]:
        """How many incidents stand in each state."""


class Registry(Protocol):
    """People, channels, their shape, members, who answered for them, exceptions."""

    def person(self, ref: PersonRef) -> Person | None: ...

    def known(self, refs: Collection[PersonRef]) -> Mapping[PersonRef, Person]:
        """Those of them who are on the register, in one question."""

    def people(self, workspace: WorkspaceId | None = None) -> Sequence[Person]: ...

    def with_email(self, email: str) -> Sequence[Person]:
        """Everybody with that address, in lower case, in any workspace."""

    def with_emails(self, emails: Collection[str]) -> Mapping[str, Sequence[Person]]:
        """The same for many addresses, in one question: by address, those that nobody has left out."""

    def operators(self) -> Sequence[Person]:
        """Those who keep Chaperone running, in any workspace."""

    def is_above_any(self, person: PersonRef) -> bool:
        """Whether anybody, or any channel, has them as supervisor."""

    def save_person(self, person: Person) -> None: ...

    def channel(self, ref: ChannelRef) -> Channel | None: ...

    def channels(self, workspace: WorkspaceId | None = None) -> Sequence[Channel]: ...

    def save_channel(self, channel: Channel) -> None: ...

    def members(self, ref: ChannelRef) -> Sequence[PersonRef]: ...

    def channels_of(self, person: PersonRef) -> Sequence[ChannelRef]:
        """The channels that the account is a member of."""

    def join(self, ref: ChannelRef, person: PersonRef, *, by: PersonRef | None, at: datetime) -> None: ...

    def leave(self, ref: ChannelRef, person: PersonRef) -> None: ...

    def memberships(self, ref: ChannelRef) -> Sequence[Membership]:
        """Everybody in the channel, and how they came there."""

    def approve_member(self, ref: ChannelRef, person: PersonRef, *, by: PersonRef, at: datetime, purpose: str) -> bool:
        """Keeps that `by` said that the person belongs there. False: they are not a member."""

    def keepers(self, ref: ChannelRef) -> Sequence[Keeper]:
        """Everybody who is known to answer for the channel, or to have done so."""

    def save_keeper(self, ref: ChannelRef, keeper: Keeper) -> None: ...

    def facts(self, ref: ChannelRef) -> ChannelFacts:
        """What is known of the channel's shape; all None where nothing was told yet."""

    def save_facts(self, ref: ChannelRef, facts: ChannelFacts) -> None: ...

    def exceptions(self, ref: ChannelRef) -> Sequence[ChannelException]: ...

    def exception(self, exception_id: str) -> ChannelException | None: ...

    def save_exception(self, exception: ChannelException) -> None: ...


class Questions(Protocol):
    """What people asked their supervisors, and the answers."""

    def get(self, question_id: str) -> Question | None: ...

    def save(self, question: Question) -> None: ...

    def asked_by(self, person: PersonRef) -> Sequence[Question]: ...

    def waiting_for(self, person: PersonRef) -> Sequence[Question]: ...

    def shared(self, workspace: WorkspaceId) -> Sequence[Question]:
        """Those whose answer others may find, newest first."""


class Journal(Protocol):
    """The hash chain. Appending holds the chain until the transaction ends, so append last."""

    def append(self, entry: Entry) -> Row: ...

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The chain in order, streamed."""

    def head(self) -> Row | None: ...
