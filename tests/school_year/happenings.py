"""What may happen in a channel: told to the product by its doors, and to the model in plain words."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.desk.door import Desk
from bot.events import (
    AccountChanged,
    Archived,
    Content,
    Converted,
    Deleted,
    Edited,
    Joined,
    Left,
    Renamed,
    Reported,
    Shared,
    Unread,
    Watched,
)
from bot.ids import MessageId, MessageRef, PersonRef
from bot.records.incidents import incident_id
from bot.wording.subjects import subject_of
from policy.message import Role
from tests.district import a_post, shipped
from tests.school_year.checks import belongs, is_invited
from tests.school_year.founding import account_of, facts_of
from tests.school_year.model import Message, Model
from tests.school_year.places import FOR_PARENTS, LOOK_EVERY, SLIPS, Place
from tests.school_year.posting import Posting, posts_pictures
from tests.school_year.product import Product
from tests.school_year.renewals import Renewals

CLEAN, LOW, GRAVER = "practice is at four", "you are full of crap", "chaperone canary drill"
FOLDS = timedelta(minutes=11)
"""So long after a finding its author says nothing there that would join the same alert."""
LAST_WORDS = 200
"""So many messages are remembered, to be changed, deleted, reported and decided about."""
MOSTLY = 0.7
"""How often what is as it should be stays so."""
HOURS = (time(16), time(7, 30), time(1, 30), time(12, 15))


@dataclass
class Happenings:
    """What happens, chosen by chance. Each returns whether it did."""

    product: Product
    model: Model
    chance: random.Random
    places: list[Place]
    posting: Posting
    renewals: Renewals
    said: list[Message] = field(default_factory=list)
    _numbers: int = 0
    _fold: dict[tuple[str, PersonRef], datetime] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.product.clock.now

    def choose(self) -> Callable[[Place], Awaitable[bool]]:
        """One of them; what happens more often in life is chosen more often."""
        often = (self.joins, self.says, self.looks_over, self.decides)
        all_kinds = (
            self.leaves, self.removes, self.shares, self.converts, self.renames, self.renews, self.grants, self.edits,
            self.deletes, self.reports, self.hides, self.reviews, self.account, self.prefers, self.gives,
            self.answers_notice, self.asks, self.asks, self.answers, self.answers, self.offers,
            self.posting.posts_picture, self.posting.posts_picture, self.posting.names, self.posting.permits,
            self.posting.takes_down,
        )  # fmt: skip
        return self.chance.choice((*often, *often, *all_kinds))

    # Members

    async def joins(self, place: Place) -> bool:
        town = self.model.town
        person = self.chance.choice(list(town.people))
        if person in place.members:
            return False
        by = self.chance.choice((place.owner, place.owner, place.owner, place.supervisor, None, person))
        inviter = None if by == person else by
        self.product.platform.inside[place.ref].add(person.person)
        event = Joined(channel=place.ref, person=person.person, at=self.now, by=inviter.person if inviter else None)
        await self.product.takes(event)
        self.model.joined(place, person, inviter, self.now)
        return True

    async def leaves(self, place: Place) -> bool:
        person = self.chance.choice(sorted(place.members))
        if person == place.owner:
            return False
        self.product.platform.inside[place.ref].discard(person.person)
        await self.product.takes(Left(channel=place.ref, person=person.person, at=self.now))
        del place.members[person]
        self.model.look(place, self.now)
        return True

    async def decides(self, place: Place) -> bool:
        """The owner or supervisor approves of a member, an outsider for a purpose."""
        person, decider = self._doubtful(place), self.chance.choice((place.owner, place.supervisor))
        if person is None:
            return False
        purpose = "" if self.model.town.people[person].is_ours else "Judge of a match"
        await self._presses(decider, "member.approve", f"{place.name}|{person.person}", purpose=purpose)
        self.model.decided(place, person, purpose, self.now)
        return True

    async def removes(self, place: Place) -> bool:
        """The owner or supervisor has a member taken out."""
        person, decider = self._doubtful(place), self.chance.choice((place.owner, place.supervisor))
        if person is None or person == place.owner:
            return False
        await self._presses(decider, "member.remove", f"{place.name}|{person.person}")
        self.model.removed(place, person, self.now)
        return True

    def _doubtful(self, place: Place) -> PersonRef | None:
        town = self.model.town
        doubtful = [each for each in place.members if not (is_invited(place, each) and belongs(place, town, each))]
        return self.chance.choice(sorted(doubtful)) if doubtful else None

    async def account(self, place: Place) -> bool:
        """Somebody's account is closed, or opened again; never an owner's, whose channel would go to another."""
        answering = {p.supervisor for p in self.places} | {p.owner for p in self.places}
        person = self.model.town.people[self.chance.choice(sorted(place.members))]
        if person.ref in answering:
            return False
        person.is_active = not person.is_active
        account = account_of(person)
        self.product.platform.accounts[person.ref] = account
        await self.product.takes(AccountChanged(account=account, at=self.now))
        for each in self.places:
            if person.ref in each.members:
                self.model.look(each, self.now)
        return True

    # The channel

    async def shares(self, place: Place) -> bool:
        if not place.is_shared and self.chance.random() < MOSTLY:
            return False
        place.is_shared = not place.is_shared
        self.product.platform.facts_of[place.ref] = facts_of(place)
        await self.product.takes(Shared(channel=place.ref, is_shared=place.is_shared, at=self.now))
        self.model.look(place, self.now)
        return True

    async def converts(self, place: Place) -> bool:
        if place.is_private and self.chance.random() < MOSTLY:
            return False
        place.is_private = not place.is_private
        self.product.platform.facts_of[place.ref] = facts_of(place)
        await self.product.takes(Converted(channel=place.ref, is_private=place.is_private, at=self.now))
        self.model.look(place, self.now)
        return True

    async def renames(self, place: Place) -> bool:
        """Renamed, archived and brought back, Chaperone put in again: nothing that a check asks about."""
        await self.product.takes(Renamed(channel=place.ref, name=f"{place.ref.channel}-{self.now:%m%d}", at=self.now))
        await self.product.takes(Archived(channel=place.ref, is_archived=True, at=self.now))
        await self.product.takes(Archived(channel=place.ref, is_archived=False, at=self.now + timedelta(seconds=1)))
        await self.product.takes(Watched(channel=place.ref, is_watched=True, at=self.now))
        self.model.look(place, self.now)
        return True

    async def looks_over(self, place: Place) -> bool:
        """An owner looks a channel over: mostly one that needs it soon."""
        due = [each for each in self.places if each.begun + LOOK_EVERY < self.now + timedelta(days=2)]
        if due and self.chance.random() < 0.8:
            place = self.chance.choice(due)
        await self._presses(place.owner, "attest.confirm", place.name)
        self.model.looked_over(place, self.now)
        return True

    async def renews(self, place: Place) -> bool:
        """An owner asks for another year, once that may be asked."""
        may = [each for each in self.places if self.renewals.may(each, self.now)]
        if not may:
            return False
        place = self.chance.choice(may)
        self.product.looks_asked_for.add(place.ref)
        values = {"kind": "club", "purpose": "Meetings of a group"}
        await self._presses(place.owner, "channel.register", place.name, **values)
        self.renewals.asked(place, self.now)
        return True

    async def grants(self, place: Place) -> bool:
        """A supervisor approves a channel for another year."""
        waiting = [each for each in self.places if self.renewals.waits(each)]
        if not waiting or self.chance.random() < MOSTLY:
            return False
        place = self.chance.choice(waiting)
        await self._presses(place.supervisor, "channel.approve", f"{place.name}|{place.asked_at:%Y%m%d%H%M%S%f}")
        self.renewals.granted(place, self.now)
        return True

    async def prefers(self, place: Place) -> bool:
        """Somebody wants digests or quiet at other hours."""
        who = self.model.town.people[self.chance.choice((place.owner, place.supervisor))]
        if self.chance.random() < 0.5:
            who.is_weekly, who.digest_at = self.chance.random() < 0.3, self.chance.choice(HOURS)
            often = "weekly" if who.is_weekly else "daily"
            await self._presses(who.ref, "person.digest", "set", often=often, at=f"{who.digest_at:%H:%M}")
        else:
            until = self.chance.choice((time(6), time(7), time(8, 15)))
            who.quiet = (time(22), until)
            values = {"from": "22:00", "until": f"{until:%H:%M}", "zone": who.zone}
            await self._presses(who.ref, "person.quiet", "set", **values)
        return True

    # Notices and parents

    async def gives(self, place: Place) -> bool:
        """The owner has given the notices to parents on paper."""
        missing = [name for name in FOR_PARENTS[place.pack] if name not in place.on_paper]
        if not missing or self.chance.random() < MOSTLY:
            return False
        for name in missing:
            await self._presses(place.owner, "notice.given", self._notice(place, name))
            place.on_paper.add(name)
            self.model.look(place, self.now)
        return True

    async def answers_notice(self, place: Place) -> bool:
        """Somebody who was shown a notice answers it."""
        shown = sorted(each for each in place.shown if self._may_answer(place, *each))
        if not shown:
            return False
        for name, person in self.chance.sample(shown, min(3, len(shown))):
            answer = self.chance.choice(("yes", "yes", "yes", "no")) if name in SLIPS else "read"
            await self._presses(person, f"notice.{answer}", self._notice(place, name))
            place.shown[name, person] = answer
            self.model.look(place, self.now)
        return True

    def _may_answer(self, place: Place, name: str, person: PersonRef) -> bool:
        if not self.model.town.people[person].is_active:
            return False
        theirs = {self.model.town.account_of[parent] for parent in self.model.town.parents_in(place)}
        return name not in FOR_PARENTS[place.pack] or person in theirs

    def _notice(self, place: Place, name: str) -> str:
        return f"{place.name}|{name}|{shipped()[place.pack].notices[name].version}"

    async def asks(self, place: Place) -> bool:
        """A parent asks to be let in."""
        parents = self.model.town.parents_in(place)
        parent = self.chance.choice(parents) if parents else ""
        account = self.model.town.account_of.get(parent)
        if account is None or not self.model.town.people[account].is_active:
            return False
        await self._presses(account, "access.ask", subject_of(place.ref))
        self.model.asks(place, parent, self.now)
        return True

    async def answers(self, place: Place) -> bool:
        """The owner or supervisor answers a parent; a supervisor may turn an owner's no into a yes."""
        waiting = [(each, name) for each in self.places for name, known in each.asking.items() if known.waits]
        refused = [(place, name) for name, known in place.asking.items() if known.is_declined]
        if waiting and self.chance.random() < 0.5:
            place, parent = self.chance.choice(waiting)
            by, is_granted = self.chance.choice((place.owner, place.supervisor)), self.chance.random() < 0.6
        elif refused:
            (place, parent), by, is_granted = self.chance.choice(refused), place.supervisor, True
        else:
            return False
        name = "access.grant" if is_granted else "access.decline"
        await self._presses(by, name, f"{place.name}|{parent}", reason="" if is_granted else "Full")
        self.model.answered(place, parent, by, self.now, is_granted=is_granted)
        return True

    async def offers(self, place: Place) -> bool:
        """The owner offers a place to all parents."""
        if self.chance.random() < 0.5:
            return False
        before = self.product.platform.invited.copy()
        await self._presses(place.owner, "access.offer", place.name)
        invited = self.model.offered(place, self.now)
        asked = self.product.platform.invited - before
        assert asked == {(self.now, place.ref, each): 1 for each in invited}, (self.now, place.name, asked, invited)
        return True

    # Messages

    async def says(self, place: Place) -> bool:
        author = self._speaker(place)
        if author is None:
            return False
        self._numbers += 1
        words = self.chance.choice((CLEAN, CLEAN, LOW, LOW, GRAVER))
        message = Message(place, author, f"m{self._numbers}", words)
        await self.product.takes(a_post(words, at=self.now, by=author, message=message.name, channel=place.ref))
        self.said = [*self.said, message][-LAST_WORDS:]
        self._judged(message)
        return True

    async def edits(self, _: Place) -> bool:
        """A message is changed: what was fine becomes a finding, what was one is mended."""
        message = self._remembered(lambda each: each.is_open or (not each.about and self._may_speak(each)))
        if message is None:
            return False
        message.revision += 1
        message.words = CLEAN if message.about else self.chance.choice((LOW, GRAVER))
        await self.product.takes(
            Edited(
                message=_ref(message),
                author=message.author.person,
                at=self.now,
                content=Content(text=message.words),
                revision=message.revision,
            )
        )
        if not message.about:
            self._judged(message)
        elif message.revision_found < message.revision and not message.is_mended:
            message.is_mended = True
            self.model.touched(message, self.now)
        return True

    async def deletes(self, _: Place) -> bool:
        message = self._remembered(lambda _: True)
        if message is None:
            return False
        message.is_deleted = True
        await self.product.takes(Deleted(message=_ref(message), at=self.now, by=message.author.person))
        if message.about:
            self.model.touched(message, self.now)
        return True

    async def reports(self, place: Place) -> bool:
        """A member asks owner and supervisor to look at a message."""
        message = self._remembered(self._may_speak)
        by = self.chance.choice(sorted(place.members))
        if message is None or by in message.reported_by:
            return False
        message.reported_by.add(by)
        await self.product.takes(
            Reported(
                message=_ref(message),
                author=message.author.person,
                by=by.person,
                at=self.now,
                content=Content(text=message.words),
            )
        )
        self._called(message)
        return True

    async def hides(self, _: Place) -> bool:
        """A platform withholds a message: a person has to look."""
        message = self._remembered(lambda each: not each.about and not each.is_unread and self._may_speak(each))
        if message is None:
            return False
        message.is_unread = True
        await self.product.takes(
            Unread(message=_ref(message), author=message.author.person, at=self.now, reason="withheld")
        )
        self._called(message)
        return True

    async def reviews(self, _: Place) -> bool:
        """Owner or supervisor decide about an alert, small ones more often."""
        low = [each for each in self.said if each.is_open and each.is_low]
        found = [each for each in self.said if each.is_open] if self.chance.random() < 0.3 else low
        if not found:
            return False
        for message in self.chance.sample(found, min(4, len(found))):
            act = self.chance.choice(("confirm", "dismiss"))
            by = self.chance.choice((message.place.owner, message.place.supervisor))
            await self._presses(by, f"incident.{act}", message.about, note="Spoken to them")
            message.is_open = False
            self.model.touched(message, self.now)
        return True

    def _speaker(self, place: Place) -> PersonRef | None:
        people = self.model.town.people
        may = [
            each
            for each in sorted(place.members)
            if each not in (place.owner, place.supervisor)
            and people[each].role in (Role.STUDENT, Role.PARENT)
            and not (people[each].role is Role.STUDENT and posts_pictures(each))
            and people[each].is_active
            and self._is_apart(place, each)
        ]
        return self.chance.choice(may) if may else None

    def _may_speak(self, message: Message) -> bool:
        return self._is_apart(message.place, message.author)

    def _is_apart(self, place: Place, author: PersonRef) -> bool:
        last = self._fold.get((place.name, author))
        return last is None or self.now > last + FOLDS

    def _remembered(self, may: Callable[[Message], bool]) -> Message | None:
        found = [each for each in self.said if not each.is_deleted and may(each)]
        return self.chance.choice(found) if found else None

    def _judged(self, message: Message) -> None:
        if message.words == CLEAN:
            return
        self._fold[message.place.name, message.author] = self.now
        message.revision_found = message.revision
        self.model.found(message, incident_id(_ref(message)), self.now, is_low=message.words == LOW)

    def _called(self, message: Message) -> None:
        """Somebody wants it seen, whatever it says."""
        if message.about:
            message.is_open = True
            self.model.touched(message, self.now, is_call=True)
        else:
            message.is_mended = True
            self._fold[message.place.name, message.author] = self.now
            self.model.found(message, incident_id(_ref(message)), self.now, is_low=False)

    async def _presses(self, who: PersonRef, name: str, subject: str, **values: str) -> None:
        await Desk(self.product.district.core).act(who, name, subject, values)
        await self.product.settle()


def _ref(message: Message) -> MessageRef:
    return MessageRef(message.place.ref.workspace, message.place.ref.channel, MessageId(message.name))
