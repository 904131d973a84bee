"""Takes a message away because a reviewer decided so: the wish is kept first, then carried out until it is known how it
ended."""

from collections.abc import Mapping
from datetime import datetime

from bot.acts import DutyHandler
from bot.core import Core
from bot.errors import PlatformBusy, StoreUnavailable, Unable, Undeliverable
from bot.events import Deleted
from bot.ids import IncidentId, PersonRef
from bot.inbox.intake import Intake
from bot.judging import casebook
from bot.people.alerts import owe
from bot.ports import Ability, Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.duties import Duty, DutyItem
from bot.records.incidents import Act, Decision, Incident
from bot.records.journal import Entry
from bot.records.registry import Person
from bot.wording.phrasing import channel_name, others_told
from policy.verdict import Severity
from policy.words import Lang, Text

REMOVE = "incident.remove"

SURE = Text(
    en="Everybody in {channel} will see that the message is gone, and the author is told privately that it was "
    "removed. {names} will see that it was you. The evidence is kept.",
    es="Todas las personas de {channel} verán que el mensaje ya no está, y a quien lo escribió se le dice en privado "
    "que se quitó. {names} verán que fue usted. La prueba se conserva.",
)


def is_possible(core: Core, tx: Transaction, incident: Incident) -> bool:
    """Whether the platform lets Chaperone take the message away, and it is there and not being taken away now."""
    if incident.is_deleted or incident.is_told_in_words:
        return False
    acts = [decision.act for decision in tx.incidents.decisions(incident.id)]
    is_under_way = _last(acts) is Act.REMOVE
    return not is_under_way and core.can(incident.message.workspace, Ability.REMOVE_MESSAGE)


def remover(tx: Transaction, incident: IncidentId) -> PersonRef | None:
    """Who had the message taken away; None where nobody did, or it did not work."""
    made = [decision for decision in tx.incidents.decisions(incident) if decision.act in _ENDS]
    return made[-1].by if made and made[-1].act is Act.REMOVED else None


def confirmation(tx: Transaction, incident: Incident, viewer: Person) -> str:
    """What somebody is asked before they have a message taken away: who will see what."""
    lang: Lang = viewer.lang
    channel = tx.registry.channel(incident.message.channel_ref)
    place = channel_name(channel, incident.message.channel)
    return SURE(lang, channel=place, names=others_told(tx, incident, viewer))


def wish(tx: Transaction, incident: Incident) -> None:
    """Has the message taken away as soon as the platform lets us. The decision itself stands on the incident."""
    tx.duties.set(Duty(kind=REMOVE, subject=f"{incident.message.workspace}|{incident.id}", due_at=tx.now))


async def _on_remove(core: Core, item: DutyItem) -> None:
    """Asks the platform, which does nothing where the message is gone already; a lost answer is asked again."""
    incident_id = IncidentId(item.duty.subject.rpartition("|")[2])
    incident = await core.store.read(lambda tx: tx.incidents.get(incident_id))
    if incident is None:
        await core.store.write(lambda tx: tx.duties.finish(item))
        return
    outcome = Act.REMOVED
    try:
        await core.platforms(incident.message.workspace).remove_message(incident.message)
    except (PlatformBusy, StoreUnavailable):
        raise
    except (Unable, Undeliverable):
        outcome = Act.NOT_REMOVED
    except Exception:
        if item.attempts < core.limits.attempts:
            raise
        outcome = Act.NOT_REMOVED
    await core.store.write(lambda tx: _keep(core, tx, item, incident_id, outcome))
    await Intake(core).ring()


def _keep(core: Core, tx: Transaction, item: DutyItem, incident_id: IncidentId, outcome: Act) -> None:
    """How it ended: on every card, in the journal, and the author learns of it."""
    tx.duties.finish(item)
    incident = tx.incidents.get(incident_id)
    asked = [decision for decision in tx.incidents.decisions(incident_id) if decision.act is Act.REMOVE]
    if incident is None or not asked:
        return
    by = asked[-1].by
    tx.incidents.add_decision(Decision(incident=incident_id, act=outcome, by=by, at=tx.now))
    if outcome is Act.REMOVED:
        Intake(core).accept(tx, Deleted(message=incident.message, at=tx.now, by=by.person))
        _tell_author(tx, incident)
    casebook.changed(tx, incident, notify=frozenset({by}) if outcome is Act.NOT_REMOVED else False)
    _journal(tx, incident_id, by, outcome, tx.now)


def _tell_author(tx: Transaction, incident: Incident) -> None:
    author = tx.registry.person(incident.message.person(incident.author))
    if author is not None and author.is_active:
        topic = Topic(TopicKind.NOTE, incident.id)
        owe(tx, topic, author, version=incident.version + 1, severity=Severity.NORMAL)


def _journal(tx: Transaction, incident: IncidentId, by: PersonRef, outcome: Act, at: datetime) -> None:
    name = f"incident:removal:{outcome}"
    tx.journal.append(Entry(at=at, name=name, subject=f"incident:{incident}", actor=by.person, facts={}))


def _last(acts: list[Act]) -> Act | None:
    return next((act for act in reversed(acts) if act in (Act.REMOVE, *_ENDS)), None)


_ENDS = (Act.REMOVED, Act.NOT_REMOVED)
DUTIES: Mapping[str, DutyHandler] = {REMOVE: _on_remove}
