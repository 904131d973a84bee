"""Posts, edits, deletes, restores, duplicates, any order, a crash at any write: nothing is lost and nothing doubled."""

import asyncio
import secrets
import tempfile
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, rule

from adapters.keys import MasterKeys
from adapters.storage import open_store
from bot.events import Content, Deleted, Edited, Event, Posted, Restored, key_of, revision_at
from bot.ids import MessageId, MessageRef
from bot.inbox.intake import Intake
from bot.moderate import handle
from bot.ports import Store, Transaction, Unit
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import Incident, incident_id
from bot.workers.delivery import deliver
from tests.district import CLUB, COACH, OTHER, PRINCIPAL, STUDENT, TESTING, a_core, furnished_file
from tests.fakes import FakeClock, FakePlatform

T = TypeVar("T")
BREACH = "say graveword now"
FINE = "practice is at four, bring the boards"


class Crash(BaseException):
    """The process dies here."""


class CrashingStore:
    """A store whose process dies at a chosen write: before it, or after its commit, so that the answer is lost."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.dies_in = 0
        self.dies_after_commit = False

    async def write(self, unit: Unit[T]) -> T:
        self.dies_in -= 1
        if self.dies_in == 0 and not self.dies_after_commit:
            raise Crash
        answer = await self._store.write(unit)
        if self.dies_in == 0:
            raise Crash
        return answer

    async def read(self, unit: Unit[T]) -> T:
        return await self._store.read(unit)

    async def close(self) -> None:
        await self._store.close()


class NothingLost(RuleBasedStateMachine):
    """The platform's history is the model: whatever it was told we received must show in the end."""

    on_the_way: Bundle[Event] = Bundle("on_the_way")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FakeClock()
        self.platform = FakePlatform()
        self.accepted: dict[str, Event] = {}
        self.gone: set[MessageRef] = set()
        self.sent: list[Event] = []
        self.posted: list[MessageRef] = []
        self.lost_answers = 0

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(what)

    @initialize()
    def start(self) -> None:
        path = Path(self.folder.name) / "chaperone.db"
        path.write_bytes(self.run(furnished_file(TESTING)))
        self.store = CrashingStore(self.run(open_store(f"sqlite:///{path}", self.clock)))
        self.core = a_core(self.store, self.platform, pack=TESTING, keys=MasterKeys(secrets.token_bytes(32)))

    @rule(target=on_the_way, text=st.sampled_from([BREACH, FINE]))
    def post(self, text: str) -> Event:
        message = MessageRef(CLUB.workspace, CLUB.channel, MessageId(f"m{len(self.posted)}"))
        self.posted.append(message)
        author = self.author_of(message)
        return Posted(message=message, author=author, at=self.clock(), content=Content(text=text))

    @rule(target=on_the_way, data=st.data(), text=st.sampled_from([BREACH, FINE]), revision=st.integers(1, 4))
    def edit(self, data: st.DataObject, text: str, revision: int) -> Any:
        if not self.posted:
            return multiple()
        message = data.draw(st.sampled_from(self.posted))
        author = self.author_of(message)
        content = Content(text=text)
        return Edited(message=message, author=author, at=self.clock(), content=content, revision=revision)

    @rule(
        target=on_the_way,
        data=st.data(),
        times=st.integers(1, 4),
        text=st.sampled_from([BREACH, FINE]),
        shows_words=st.booleans(),
    )
    def go_and_come(self, data: st.DataObject, times: int, text: str, shows_words: bool) -> Any:
        """A message is deleted, put back, deleted … Every fourth message is of a platform that takes no deletion back,
        and dates none."""
        if not self.posted:
            return multiple()
        message = data.draw(st.sampled_from(self.posted))
        happened: list[Event] = []
        for _ in range(times if self.is_kept(message) else 1):
            at = self.tick()
            if message not in self.gone:
                self.gone.add(message)
                revision = revision_at(at) if self.is_kept(message) else None
                happened.append(Deleted(message=message, at=at, revision=revision))
            elif self.is_kept(message):
                self.gone.remove(message)
                happened += [Restored(message=message, at=at), *self.words_of(message, at, text, shows_words)]
        self.sent += happened
        return multiple(*happened)

    def words_of(self, message: MessageRef, at: datetime, text: str, shows_words: bool) -> list[Event]:
        """What the platform shows of a message that is put back, or nothing."""
        back = Edited(
            message=message,
            author=self.author_of(message),
            at=at,
            content=Content(text=text),
            revision=revision_at(at),
            is_put_back=True,
        )
        return [back] if shows_words else []

    @rule(target=on_the_way, event=consumes(on_the_way), dies=st.sampled_from(["no", "before", "after"]))
    def arrive(self, event: Event, dies: str) -> Any:
        """In any order; after a crash before the answer the platform sends it again."""
        self.store.dies_in = 0 if dies == "no" else 1
        self.store.dies_after_commit = dies == "after"
        try:
            self.run(Intake(self.core).receive(event))
        except Crash:
            self.revive()
            if dies == "after":
                self.note(event)  # it is in the database, although the platform was not told and sends it again
            return event
        self.note(event)
        return multiple()

    @rule(event=on_the_way)
    def arrive_and_stay_on_the_way(self, event: Event) -> None:
        """A duplicate comes later."""
        self.run(Intake(self.core).receive(event))
        self.note(event)

    @rule(dies_in=st.integers(0, 6), after=st.booleans())
    def work(self, dies_in: int, after: bool) -> None:
        """Works through what is due and dies at some write, or not."""
        self.store.dies_in, self.store.dies_after_commit = dies_in, after
        try:
            self.run(self.settle())
        except Crash:
            self.revive()
        self.store.dies_in = 0

    @rule()
    def die_with_an_answer_lost(self) -> None:
        """A card was shown, and the process dies before it knows."""

        def die() -> None:
            raise Crash

        self.platform.before_answer = die
        try:
            self.run(self.settle())
        except Crash:
            self.revive()
        self.platform.before_answer = lambda: None

    @rule(minutes=st.sampled_from([1, 20]))
    def time_passes(self, minutes: int) -> None:
        self.clock.pass_(minutes=minutes)

    def revive(self) -> None:
        """A new process over the same database: it knows that it is alone."""
        self.store.dies_in = 0

        def release(tx: Transaction) -> None:
            tx.inbox.release()
            tx.outbox.release()

        self.run(self.store.write(release))

    def note(self, event: Event) -> None:
        self.accepted.setdefault(key_of(event), event)

    def tick(self) -> datetime:
        """No two things happen to a message in one instant."""
        self.clock.pass_(seconds=0.001)
        return self.clock()

    def is_kept(self, message: MessageRef) -> bool:
        return self.posted.index(message) % 4 != 3

    def author_of(self, message: MessageRef) -> Any:
        index = self.posted.index(message)
        return (STUDENT, OTHER, COACH)[index % 3].person

    async def settle(self) -> None:
        lease = timedelta(seconds=30)
        while True:
            items = await self.store.write(lambda tx: tx.inbox.claim("a", limit=3, lease=lease))
            for item in items:
                await handle(self.core, item)
            owed = await self.store.write(lambda tx: tx.outbox.claim("a", limit=3, lease=lease))
            for delivery in owed:
                shown = len(self.platform.calls)
                try:
                    await deliver(self.core, delivery)
                except Crash:
                    # wherever it died after the card was shown, nobody may know that it was
                    self.lost_answers += len(self.platform.calls) - shown
                    raise
            if not items and not owed:
                return

    def teardown(self) -> None:
        try:
            if hasattr(self, "store"):
                self.store.dies_in = 0
                self.rest_arrives()
                self.clock.pass_(minutes=5)
                self.run(self.settle())
                self.check()
        finally:
            if hasattr(self, "store"):
                self.run(self.store.close())
            self.loop.close()
            self.folder.cleanup()

    def rest_arrives(self) -> None:
        """What is still on the way of all going and coming arrives, the last first."""
        for event in reversed(self.sent):
            if key_of(event) not in self.accepted:
                self.run(Intake(self.core).receive(event))
                self.note(event)

    def check(self) -> None:
        """What the platform was told we received is all there, once."""
        revisions = [e for e in self.accepted.values() if isinstance(e, Posted | Edited)]
        counts = self.run(self.store.read(lambda tx: tx.messages.counts()))
        assert counts["checked"] == len(revisions)
        assert counts["flagged"] == sum(e.content.text == BREACH for e in revisions)
        for message in self.posted:
            self.check_message(message, [e for e in revisions if e.message == message])
            self.check_place(message)
        assert self.platform.repeats <= self.lost_answers
        health = self.run(self.store.read(lambda tx: (tx.inbox.counts(), tx.outbox.counts())))
        assert [(c.waiting, c.leased, c.dead) for c in health] == [(0, 0, 0), (0, 0, 0)]

    def check_message(self, message: MessageRef, revisions: list[Posted | Edited]) -> None:
        incident = self.run(self.store.read(lambda tx: tx.incidents.get(incident_id(message))))
        breaches = [e for e in revisions if e.content.text == BREACH]
        assert (incident is not None) == bool(breaches)
        if incident is None:
            return
        newest = max(revisions, key=_number)
        assert incident.newest_revision == _number(newest)
        assert incident.is_mended == (newest.content.text == FINE)
        assert incident.is_deleted == self.is_gone(message)
        evidence = self.run(self.store.read(lambda tx: tx.incidents.evidence(incident.id)))
        assert {e.revision for e in evidence if e.what != "deleted"} == {_number(e) for e in breaches}
        shown = self.root(incident)
        told = [PRINCIPAL] if incident.author == COACH.person else [COACH, PRINCIPAL]
        assert self.run(self.store.read(lambda tx: tx.incidents.recipients(incident.id))) == told
        for person in told:
            assert (person, Topic(TopicKind.INCIDENT, shown.id)) in self.platform.cards
            assert (shown is incident) or (person, Topic(TopicKind.INCIDENT, incident.id)) not in self.platform.cards

    def check_place(self, message: MessageRef) -> None:
        state = self.run(self.store.read(lambda tx: tx.messages.get(message)))
        assert (state is not None and state.is_deleted) == self.is_gone(message)

    def is_gone(self, message: MessageRef) -> bool:
        """Whether the last that the platform told us of it, in the platform's own order, is that it was deleted."""
        told = [e for e in self.accepted.values() if _place(e) is not None and getattr(e, "message", None) == message]
        return bool(told) and _place(max(told, key=lambda e: e.at)) == "gone"

    def root(self, incident: Incident) -> Incident:
        folded_into = incident.folded_into
        if folded_into is None:
            return incident
        found = self.run(self.store.read(lambda tx: tx.incidents.get(folded_into)))
        assert found is not None
        return found


def _place(event: Event) -> str | None:
    """What the event says of where its message is."""
    if isinstance(event, Deleted):
        return "gone"
    is_back = isinstance(event, Restored) or (isinstance(event, Edited) and event.is_put_back)
    return "there" if is_back else None


def _number(event: Posted | Edited) -> int:
    return event.revision if isinstance(event, Edited) else 0


TestNothingLost = pytest.mark.timeout(240)(NothingLost.TestCase)
TestNothingLost.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
