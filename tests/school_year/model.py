"""The plain model: what must be said of each channel, and whose attention must be called for when."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.ids import PersonRef
from bot.records.deliveries import TopicKind
from policy.message import Role
from tests.school_year.checks import BROKEN, all_said, belongs, is_invited
from tests.school_year.hours import after_quiet, local_day, next_digest, next_showing
from tests.school_year.places import FOR_PARENTS, LOOK_EVERY, Asking, Place, Said, Stay, Town

MORNING = time(8)
LEAD = timedelta(days=1.75)
MEND_WITHIN, MEND_AGAIN = timedelta(days=3), timedelta(days=7)
DECIDE_WITHIN = ANSWER_WITHIN = timedelta(days=2)
RENEW_BEFORE = timedelta(days=30)
MOST_ASKED = 5
GRAVE = frozenset({"closed", "membership"})
MONITORING = "monitoring"

Call = tuple[datetime, PersonRef, str]
"""When whose attention is called for, and about what topic."""


@dataclass
class Message:
    """What was said, as the model remembers it: `about` is the incident that it opened; empty before."""

    place: Place
    author: PersonRef
    name: str
    words: str
    about: str = ""
    is_low: bool = False
    is_open: bool = False
    revision: int = 0
    revision_found: int = 0
    is_mended: bool = False
    is_deleted: bool = False
    is_unread: bool = False
    reported_by: set[PersonRef] = field(default_factory=set)


@dataclass
class Model:
    """All that must come of what happened. `resumed_at` is when the product last came up after it had been down: what
    had been due meanwhile comes then."""

    town: Town
    resumed_at: datetime
    calls: Counter[Call] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    _due: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _acts: dict[tuple[str, str], Callable[[datetime], None]] = field(default_factory=dict)
    _heap: list[tuple[datetime, int, tuple[str, str]]] = field(default_factory=list)
    _count: int = 0
    _digests: dict[tuple[PersonRef, str], bool] = field(default_factory=dict)
    _lows: dict[PersonRef, list[Message]] = field(default_factory=dict)

    # Time

    def passes(self, now: datetime) -> None:
        """Everything that is due by now comes, in its order."""
        while self._heap and self._heap[0][0] <= now:
            due, _, key = heapq.heappop(self._heap)
            if self._due.get(key) == due:
                del self._due[key]
                self.fired[key[0]] += 1
                self._acts.pop(key)(max(due, self.resumed_at))

    def plan(self, kind: str, subject: str, due: datetime, act: Callable[[datetime], None]) -> None:
        """Something comes at that time; there is one of a kind for each subject."""
        key = (kind, subject)
        self._count += 1
        self._due[key], self._acts[key] = due, act
        heapq.heappush(self._heap, (due, self._count, key))

    def cancel(self, kind: str, subject: str) -> None:
        """It is waited for no more."""
        self._due.pop((kind, subject), None)
        self._acts.pop((kind, subject), None)

    def call(self, person: PersonRef, kind: TopicKind, topic: str, now: datetime) -> None:
        """The person is called, outside their quiet hours; what comes together about one topic is one call."""
        who = self.town.people[person]
        due = after_quiet(who.quiet, who.zone, now)
        about = f"{kind}:{topic}"

        def comes(at: datetime) -> None:
            self.calls[at, person, about] = 1

        if due <= now:
            comes(now)
        else:
            self.plan("call", f"{about}|{person}|{due}", due, comes)

    # A channel

    def begins(self, place: Place, now: datetime) -> None:
        """The channel is approved and looked at for the first time; the notice of monitoring is posted."""
        self.plan("ending", place.name, place.ends_at - RENEW_BEFORE, lambda at: self._ends_soon(place, at))
        self.look(place, now)
        self.night(place, now)

    def look(self, place: Place, now: datetime) -> None:
        """The channel is looked at: what changed is told, and what it sets going."""
        self._show_notices(place, now)
        before, after = place.said, all_said(place, self.town, now)
        changed = [name for name in sorted(after) if before.get(name) != after[name]]
        place.said = after
        news = []
        for name in changed:
            known, said = before.get(name), after[name]
            if said.state != BROKEN:
                self.cancel("unmended", f"{place.name}|{name}")
                continue
            if known is None or known.state != BROKEN:
                self._await_mending(place, name, now + MEND_WITHIN)
            if known is None or (known.state, known.why) != (BROKEN, said.why) or not said.people <= known.people:
                news.append(name)
        if news:
            told = [place.owner, place.supervisor] if GRAVE & set(news) else [place.owner]
            self._calls(told, TopicKind.CHECKS, place.name, now)
        self._ask_about(place, self._newcomers(before, after), now)

    def night(self, place: Place, now: datetime) -> None:
        """The night's look: after it a reminder of the owner's next look is planned, if there is none."""
        if ("remind", place.name) not in self._due:
            self._plan_reminder(place, now)

    def looked_over(self, place: Place, now: datetime) -> None:
        """The owner has looked the channel over."""
        place.looked_at = now
        self.cancel("remind", place.name)
        self._plan_reminder(place, now)
        self.look(place, now)

    def decided(self, place: Place, person: PersonRef, purpose: str, now: datetime) -> None:
        """Somebody who answers for the channel approves of a member."""
        place.members[person].approved = purpose
        self.cancel("undecided", f"{place.name}|{person.person}")
        self.look(place, now)

    def removed(self, place: Place, person: PersonRef, now: datetime) -> None:
        """Somebody who answers for the channel had a member taken out."""
        del place.members[person]
        self.cancel("undecided", f"{place.name}|{person.person}")
        self.look(place, now)

    def joined(self, place: Place, person: PersonRef, by: PersonRef | None, now: datetime) -> None:
        """Somebody is a member now; a parent of a student there is on record as in."""
        if person in place.members:
            return
        place.members[person] = Stay(by, now)
        for parent in self.town.parents_in(place):
            if self.town.account_of[parent] == person:
                place.asking.setdefault(parent, Asking()).joined = True
        self.look(place, now)

    # Parents

    def asks(self, place: Place, parent: str, now: datetime) -> None:
        """A parent asks to be let in: the owner is asked, after a no and in time the supervisor."""
        known = place.asking.setdefault(parent, Asking())
        if self.town.is_in(place, parent) or known.waits or (known.granted and not known.joined):
            return
        known.goes_above = known.is_declined
        known.asked, known.granted, known.joined = True, None, False
        topic = f"{place.name}|{parent}"
        self.call(place.supervisor if known.goes_above else place.owner, TopicKind.ACCESS, topic, now)
        if not known.goes_above:
            self.plan("waiting", topic, now + ANSWER_WITHIN, lambda at: self._overruled(place, parent, at))
        self.look(place, now)

    def answered(self, place: Place, parent: str, by: PersonRef, now: datetime, *, is_granted: bool) -> None:
        """Owner or supervisor answers a parent's request."""
        known, account = place.asking[parent], self.town.account_of[parent]
        assert account is not None
        known.granted, topic = is_granted, f"{place.name}|{parent}"
        self.cancel("waiting", topic)
        is_there = self.town.people[account].is_active
        if is_there:
            self.call(account, TopicKind.ACCESS, topic, now)
        if not is_granted and by != place.supervisor:
            self.call(place.supervisor, TopicKind.ACCESS, topic, now)
        self.look(place, now)
        if is_granted and is_there:
            self.let_in(place, account, now)

    def offered(self, place: Place, now: datetime) -> list[PersonRef]:
        """The owner offers a place to all parents who are not in. Returns whom the platform is to invite."""
        invited = []
        for parent in self.town.parents_in(place):
            known, account = place.asking.setdefault(parent, Asking()), self.town.account_of[parent]
            if self.town.is_in(place, parent) or known.asked or known.joined:
                continue
            known.offered = True
            if account is not None and self.town.people[account].is_active:
                invited.append(account)
        self.look(place, now)
        for account in invited:
            self.let_in(place, account, now)
        return invited

    def let_in(self, place: Place, account: PersonRef, now: datetime) -> None:
        """The platform was asked to let somebody in."""
        if account in place.members:
            self.look(place, now)
        else:
            self.joined(place, account, place.owner, now)

    # What is said

    def found(self, message: Message, incident: str, now: datetime, *, is_low: bool) -> None:
        """Something was found in a message: owner and supervisor are called, or it waits for their digests."""
        message.about, message.is_low, message.is_open = incident, is_low, True
        for person in (message.place.owner, message.place.supervisor):
            if is_low:
                self._lows.setdefault(person, []).append(message)
        self.touched(message, now, is_call=True)

    def touched(self, message: Message, now: datetime, *, is_call: bool = False) -> None:
        """Something about an incident changed. What is low never calls: it is in the next digest, if still open."""
        for person in (message.place.owner, message.place.supervisor):
            if message.is_low:
                self._owe_digest(person, now)
            elif is_call:
                self.call(person, TopicKind.INCIDENT, message.about, now)

    def _owe_digest(self, person: PersonRef, now: datetime) -> None:
        who, due = self.town.people[person], now
        while True:
            due = next_digest(who.digest_at, who.zone, due, is_weekly=who.is_weekly)
            day = local_day(due, who.zone).isoformat()
            if (person, day) not in self._digests:
                break
            if self._digests[person, day]:
                return  # it is still to come
        self._digests[person, day] = True
        self.plan("digest", f"{day}:{person.person}", due, lambda at: self._digest(person, day, at))

    def _digest(self, person: PersonRef, day: str, now: datetime) -> None:
        """A digest comes where something waits in it; a quiet day is quiet."""
        self._digests[person, day] = False
        if any(message.is_open for message in self._lows.get(person, ())):
            self.calls[now, person, f"{TopicKind.DIGEST}:{day}:{person.person}"] = 1

    # What comes in time

    def _overruled(self, place: Place, parent: str, now: datetime) -> None:
        if place.asking[parent].waits:
            self.call(place.supervisor, TopicKind.ACCESS, f"{place.name}|{parent}", now)
            self.look(place, now)

    def _ends_soon(self, place: Place, now: datetime) -> None:
        if now < place.ends_at:
            self.plan("ending", place.name, place.ends_at, lambda at: self.look(place, at))
            self.call(place.owner, TopicKind.APPROVAL, f"{place.name}|0", now)
        else:
            self.look(place, now)

    def _await_mending(self, place: Place, name: str, due: datetime) -> None:
        self.plan("unmended", f"{place.name}|{name}", due, lambda at: self._unmended(place, name, at))

    def _unmended(self, place: Place, name: str, now: datetime) -> None:
        if place.said[name].state == BROKEN:
            self._calls((place.owner, place.supervisor), TopicKind.CHECKS, place.name, now)
            self._await_mending(place, name, now + MEND_AGAIN)

    def _plan_reminder(self, place: Place, now: datetime) -> None:
        due = place.begun + LOOK_EVERY
        morning = next_showing(MORNING, self.town.people[place.owner].zone, due - LEAD)
        if now >= due:
            return
        if now < morning < due:
            self.plan("remind", place.name, morning, lambda at: self._remind(place, at, is_early=True))
        else:
            self.plan("remind", place.name, due, lambda at: self._remind(place, at, is_early=False))

    def _remind(self, place: Place, now: datetime, *, is_early: bool) -> None:
        due = place.begun + LOOK_EVERY
        if now >= due:
            self.look(place, now)
            return
        self.plan("remind", place.name, due, lambda at: self._remind(place, at, is_early=False))
        if is_early:
            topic = f"{place.name}|{place.begun:%Y%m%d%H%M%S%f}"
            self.call(place.owner, TopicKind.ATTESTATION, topic, now)

    def _newcomers(self, before: dict[str, Said], after: dict[str, Said]) -> set[str]:
        """Whom the owner is asked about one by one: those named anew, once the members were first looked at."""
        names = [name for name in ("invited", "membership") if name in before]
        return {person for name in names for person in after[name].people - before[name].people}

    def _ask_about(self, place: Place, newcomers: set[str], now: datetime) -> None:
        if len(newcomers) > MOST_ASKED:
            return
        for name in sorted(newcomers):
            topic = f"{place.name}|{name}"
            self.call(place.owner, TopicKind.MEMBER, topic, now)
            person = next(each for each in place.members if each.person == name)
            self.plan("undecided", topic, now + DECIDE_WITHIN, lambda at, p=person: self._undecided(place, p, at))  # type: ignore[misc]

    def _undecided(self, place: Place, person: PersonRef, now: datetime) -> None:
        if person in place.members and not (is_invited(place, person) and belongs(place, self.town, person)):
            self.call(place.supervisor, TopicKind.MEMBER, f"{place.name}|{person.person}", now)

    def _show_notices(self, place: Place, now: datetime) -> None:
        """Members who came after the notice of monitoring was posted are shown it once, parents theirs: all of them on
        one card."""
        late = [each for each, stay in place.members.items() if stay.since > place.posted_at]
        known = (self.town.account_of[parent] for parent in self.town.parents_in(place))
        inside = (each for each in place.members if self.town.people[each].role is Role.PARENT)
        parents = {each for each in (*known, *inside) if each is not None}
        self._show(place, MONITORING, late, now)
        for notice in FOR_PARENTS[place.pack]:
            self._show(place, notice, parents, now)

    def _show(self, place: Place, notice: str, people: Iterable[PersonRef], now: datetime) -> None:
        for person in people:
            if self.town.people[person].is_active and (notice, person) not in place.shown:
                place.shown[notice, person] = ""
                self.call(person, TopicKind.NOTICE, place.name, now)

    def _calls(self, people: Iterable[PersonRef], kind: TopicKind, topic: str, now: datetime) -> None:
        for person in people:
            self.call(person, kind, topic, now)
