"""What stays of pictures that were removed before all was settled: evidence of the message's incident, sealed and kept
as all evidence is. The pictures themselves were never kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core import Core
from bot.ids import PersonId
from bot.judging import casebook
from bot.photos.finding import PHOTO, enforces, found, tell
from bot.photos.place import Place
from bot.ports import Transaction
from bot.records.incidents import incident_id
from bot.records.photos import Pictures
from policy.verdict import Severity
from policy.words import Text

EVIDENCE = "picture:gone"
BEFORE_ANSWER = Text(
    en="It showed people, and it was removed before anybody had said who they are.",
    es="Mostraba a personas y se quitó antes de que nadie dijera quiénes eran.",
)
BEFORE_LOOK = Text(
    en="A picture was removed before Chaperone could look at it.",
    es="Una imagen se quitó antes de que Chaperone pudiera mirarla.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """When and by whom pictures were removed (None: the platform did not say), and when their poster had been asked
    who is shown."""

    at: datetime
    by: PersonId | None
    asked_at: datetime | None


def leave(core: Core, tx: Transaction, place: Place, *, at: datetime, by: PersonId | None) -> None:
    """Keeps who posted the pictures and when, what was seen, asked and answered, and who removed them. Where reviewers
    know of no incident yet, one is opened that waits for their digest: nothing is left to be done at once."""
    pictures, incident = place.pictures, incident_id(place.pictures.message)
    if tx.incidents.get(incident) is None and enforces(place.pack, PHOTO):
        detector, reason = ("removed_unanswered", BEFORE_ANSWER) if pictures.faces else ("removed_unseen", BEFORE_LOOK)
        finding = found(place.pack, PHOTO, detector, reason, Severity.LOW)
        tell(core, tx, pictures, place.channel, place.pack, finding)
    if tx.incidents.get(incident) is not None:
        what = f"{EVIDENCE}:{pictures.version}"
        casebook.keep(core, tx, incident, pictures.revision, what, at, {**_known(pictures), "by": by})


def of(core: Core, tx: Transaction, pictures: Pictures) -> Trace | None:
    """The last trace of the pictures; None where none was left, or its key was destroyed."""
    for evidence in reversed(tx.incidents.evidence(incident_id(pictures.message))):
        words = casebook.unseal(core, tx, evidence) if evidence.what.startswith(EVIDENCE) else {}
        if words:
            asked, by = words.get("asked_at"), words.get("by")
            return Trace(
                at=evidence.at,
                by=PersonId(str(by)) if by else None,
                asked_at=datetime.fromisoformat(str(asked)) if asked else None,
            )
    return None


def _known(pictures: Pictures) -> Mapping[str, object]:
    return {
        "content": None,
        "poster": pictures.author,
        "posted_at": pictures.posted_at.isoformat(),
        "faces": pictures.faces,
        "unseen": [each.value for each in pictures.unseen],
        "asked_at": pictures.asked_at.isoformat() if pictures.asked_at else None,
        "answer": pictures.answer.value if pictures.answer else None,
        "students": list(pictures.students),
        "has_others": pictures.has_others,
    }
