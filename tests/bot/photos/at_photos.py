"""Pictures posted in the invented district: what is seen in them is what a test says."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from adapters.roster import oneroster
from bot.cards import Card
from bot.desk.door import Desk
from bot.events import Content, Edited, Posted
from bot.ids import ChannelRef, MessageId, MessageRef, PersonRef
from bot.people.rostering import take_in
from bot.photos.naming import token
from bot.ports import Transaction
from bot.ports.pictures import Box, ReadLine, Seen
from bot.records.deliveries import TopicKind
from bot.records.incidents import Incident, incident_id
from bot.records.photos import Pictures
from bot.records.roster import RosterId
from policy.message import Attachment, AttachmentKind
from tests.bot.desk.at_desk import AtDesk, words
from tests.district import CLUB, COACH, OTHER, PARENT, STUDENT, District
from tests.fakes import FakeClock
from tests.rosters import a_family, a_user

FACE = Box(left=0.4, top=0.1, right=0.6, bottom=0.4)


class FakeSight:
    """Sees what a test put into the bytes' name; bytes that it was not told of are an error."""

    def __init__(self) -> None:
        self.sights: dict[bytes, Seen] = {}
        self.looks: list[bytes] = []

    async def look(self, content: bytes, *, name: str) -> Seen:
        """What the test said of these bytes."""
        assert isinstance(name, str)
        self.looks.append(content)
        return self.sights[content]

    async def close(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class AtPhotos:
    """The district with its desk and its sight."""

    desk: AtDesk
    sight: FakeSight
    made: list[int] = field(default_factory=list)

    @property
    def district(self) -> District:
        return self.desk.district

    def a_picture(
        self, message: MessageRef, seen: Seen, *, kind: AttachmentKind = AttachmentKind.PICTURE
    ) -> Attachment:
        """A picture of the message in which this is to be seen."""
        number = len(self.made)
        self.made.append(number)
        content = b"picture %d" % number
        self.sight.sights[content] = seen
        self.district.platform.files[message, f"F{number}"] = content
        return Attachment(kind, name="meet.jpg", id=f"F{number}")

    async def post(
        self,
        *seen: Seen,
        by: PersonRef = COACH,
        text: str = "from the meet",
        message: str = "m1",
        channel: ChannelRef = CLUB,
        kind: AttachmentKind = AttachmentKind.PICTURE,
    ) -> MessageRef:
        """Posts a message with a picture for each, and settles."""
        ref = MessageRef(channel.workspace, channel.channel, MessageId(message))
        pictures = tuple(self.a_picture(ref, each, kind=kind) for each in seen)
        await self.take(ref, by, Content(text=text, attachments=pictures))
        return ref

    async def take(self, ref: MessageRef, by: PersonRef, content: Content, *, revision: int = 0) -> None:
        """Posts a message, or a later revision of it, and settles."""
        at = await self.district.now()
        if revision:
            event = Edited(message=ref, author=by.person, at=at, content=content, revision=revision)
            await self.district.take(event)
        else:
            await self.district.take(Posted(message=ref, author=by.person, at=at, content=content))

    async def pictures(self, message: MessageRef) -> Pictures | None:
        return await self.district.read(lambda tx: tx.photos.get(message))

    async def incident(self, message: MessageRef) -> Incident | None:
        return await self.district.read(lambda tx: tx.incidents.get(incident_id(message)))

    def card(self, who: PersonRef, kind: TopicKind = TopicKind.PICTURE) -> Card:
        """The one card of that kind that the person has."""
        (card,) = self.desk.shown(who, kind)
        return card

    async def says(self, who: PersonRef, name: str, values: Mapping[str, str] | None = None) -> Card:
        """Presses the button of the person's card about their picture."""
        return await self.desk.presses(who, self.card(who), name, **(values or {}))

    def alert(self, who: PersonRef) -> str:
        """All that the person's one alert says."""
        return words(self.card(who, TopicKind.INCIDENT))


async def with_families(district: District, clock: FakeClock) -> AtPhotos:
    """The district with a roster: Stu's mother has an account, Otis' father has none. No permission is on record for
    either child."""
    files = a_family()
    a_user(files, "dad", "parent", "Dan", "Xylo", email="dan@example.net")
    files.rows["users"][3]["agentSourcedIds"] = "dad"
    for row in files.rows["users"]:
        row["photoPermission"] = ""
    reading = oneroster.read(files.as_bytes(), date(2026, 11, 20))

    def furnish(tx: Transaction) -> None:
        for who, email in ((PARENT, "pat@example.net"), (STUDENT, "stu@example.org"), (OTHER, "otis@example.org")):
            known = tx.registry.person(who)
            assert known is not None
            tx.registry.save_person(replace(known, email=email))
        tx.registry.leave(CLUB, PARENT)
        take_in(tx, reading)

    await district.core.store.write(furnish)
    sight = FakeSight()
    seeing = District(replace(district.core, sight=sight), district.platform)
    return AtPhotos(AtDesk(seeing, Desk(seeing.core), clock), sight)


def people(*, faces: int = 1, text: tuple[str, ...] = (), has_place: bool = False) -> Seen:
    """So many faces, and lines of text from the top to the bottom."""
    lines = tuple(
        ReadLine(text=line, box=Box(left=0.3, top=n / len(text), right=0.7, bottom=(n + 1) / len(text)))
        for n, line in enumerate(text)
    )
    return Seen(width=800, height=600, faces=(FACE,) * faces, lines=lines, has_place=has_place)


def students(*who: str) -> dict[str, str]:
    """The form's answer that names these students."""
    return {"students": ",".join(token(RosterId(each)) for each in who)}
