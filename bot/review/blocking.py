"""Blocks a message for its readers because a reviewer decided so, and lifts the block again: the wish is kept first,
then carried out until it is known how it ended."""

from collections.abc import Mapping

from bot.acts import DutyHandler
from bot.core import Core
from bot.errors import PlatformBusy, StoreUnavailable, Unable, Undeliverable
from bot.ids import IncidentId
from bot.judging import casebook
from bot.people.alerts import owe
from bot.ports import Ability, Tip, Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.duties import Duty, DutyItem
from bot.records.incidents import Act, Decision, Incident, IncidentState
from bot.records.journal import Entry
from bot.records.registry import Person
from bot.wording.phrasing import channel_name, clause_line, others_told
from policy.verdict import Severity
from policy.words import Lang, Text

BLOCK = "incident.block"
"""One duty for blocking and lifting: what was wished last is what is carried out."""

UNABLE = Text(
    en="Chaperone cannot block messages here. Ask the author to remove it, or have it deleted by whoever may.",
    es="Chaperone no puede bloquear mensajes aquí. Pida al autor que lo quite, o a quien pueda que lo borre.",
)
SURE_TO_BLOCK = Text(
    en="Everybody in {channel} will see that a message is blocked, and no longer what it says. Only its author still "
    "sees it, with this line: “{tip}” {names} will see that it was you. The evidence is kept, and you can lift the "
    "block at any time.",
    es="Todas las personas de {channel} verán que un mensaje está bloqueado, y ya no lo que dice. Solo su autor lo "
    "sigue viendo, con esta frase: «{tip}» {names} verán que fue usted. La prueba se conserva y puede levantar el "
    "bloqueo cuando quiera.",
)
SURE_TO_LIFT = Text(
    en="Everybody in {channel} can read the message again, and its author is told so privately. {names} will see that "
    "it was you.",
    es="Todas las personas de {channel} podrán leer de nuevo el mensaje, y a su autor se le dice en privado. {names} "
    "verán que fue usted.",
)
TIP = Text(
    en="The people responsible for this channel blocked this message for everybody else. It may go against {clause}",
    es="Quienes responden de este canal bloquearon este mensaje para los demás. Puede ir contra {clause}",
)
BARE_TIP = Text(
    en="The people responsible for this channel blocked this message for everybody else. They tell you why privately.",
    es="Quienes responden de este canal bloquearon este mensaje para los demás. Le dicen el motivo en privado.",
)


def standing(tx: Transaction, incident: IncidentId) -> Decision | None:
    """The last that was wished or done about a block: who, when, how it ended. None where nobody ever asked."""
    return next((each for each in reversed(tx.incidents.decisions(incident)) if each.act in _ACTS), None)


def blocked(tx: Transaction, incident: Incident) -> Decision | None:
    """Who had the message blocked and since when, if it is blocked now; what is gone is not."""
    if incident.is_deleted:
        return None
    done = [each for each in tx.incidents.decisions(incident.id) if each.act in (Act.BLOCKED, Act.LIFTED)]
    return done[-1] if done and done[-1].act is Act.BLOCKED else None


def can_block(core: Core, incident: Incident) -> bool:
    """Whether the platform blocks messages there."""
    return core.can(incident.message.workspace, Ability.BLOCK_MESSAGE)


def is_possible(core: Core, tx: Transaction, incident: Incident, act: Act) -> bool:
    """Whether the message may be blocked, or its block lifted, now: it is there, it is not so already, and nothing is
    under way."""
    if incident.is_deleted or incident.is_told_in_words or not can_block(core, incident):
        return False
    last = standing(tx, incident.id)
    if last is not None and last.act in (Act.BLOCK, Act.LIFT):
        return False
    return (blocked(tx, incident) is not None) == (act is Act.LIFT)


def is_lift_due(tx: Transaction, incident: Incident) -> bool:
    """Whether the reason for the block is gone: somebody found no problem, or the author mended the message."""
    is_settled = incident.state is IncidentState.DISMISSED or incident.is_mended
    return is_settled and blocked(tx, incident) is not None


def confirmation(core: Core, tx: Transaction, incident: Incident, act: Act, viewer: Person) -> str:
    """What somebody is asked before they block or lift: who will see what."""
    channel = channel_name(tx.registry.channel(incident.message.channel_ref), incident.message.channel)
    names = others_told(tx, incident, viewer)
    if act is Act.LIFT:
        return SURE_TO_LIFT(viewer.lang, channel=channel, names=names)
    return SURE_TO_BLOCK(viewer.lang, channel=channel, names=names, tip=tip_for(core, tx, incident).text)


def tip_for(core: Core, tx: Transaction, incident: Incident) -> Tip:
    """What the author reads beside their blocked message, in their own language; in both where nobody knows it."""
    author = tx.registry.person(incident.message.person(incident.author))
    pack = core.shelf.get(incident.pack) or core.shelf[core.default_pack]
    kept = tx.incidents.evidence(incident.id)
    findings = [found for each in kept for found in casebook.findings_in(casebook.unseal(core, tx, each))]
    findings.sort(key=lambda found: -found.severity)
    langs = [author.lang] if author is not None else list(Lang)
    lines = [TIP(lang, clause=clause_line(pack, findings[0], lang)) if findings else BARE_TIP(lang) for lang in langs]
    clauses = dict.fromkeys(clause_line(pack, found, lang) for lang in langs for found in findings)
    return Tip(text=" ".join(lines), clauses=tuple(clauses))


def wish(tx: Transaction, incident: Incident) -> None:
    """Has it done as soon as the platform lets us. The decision itself stands on the incident."""
    tx.duties.set(Duty(kind=BLOCK, subject=f"{incident.message.workspace}|{incident.id}", due_at=tx.now))


async def _on_block(core: Core, item: DutyItem) -> None:
    """Does what was wished last. Asked twice, after a lost answer, the platform has it once."""
    incident_id = IncidentId(item.duty.subject.rpartition("|")[2])

    def unit(tx: Transaction) -> tuple[Incident, Act, Tip] | None:
        incident, last = tx.incidents.get(incident_id), standing(tx, incident_id)
        if incident is None or last is None or last.act not in _ENDS:
            return None
        return incident, last.act, tip_for(core, tx, incident)

    wished = await core.store.read(unit)
    if wished is None:
        await core.store.write(lambda tx: tx.duties.finish(item))
        return
    incident, act, tip = wished
    done, not_done = _ENDS[act]
    platform = core.platforms(incident.message.workspace)
    outcome = done
    try:
        await (platform.block(incident.message, tip) if act is Act.BLOCK else platform.lift_block(incident.message))
    except (PlatformBusy, StoreUnavailable):
        raise
    except (Unable, Undeliverable):
        outcome = not_done
    except Exception:
        if item.attempts < core.limits.attempts:
            raise
        outcome = not_done
    await core.store.write(lambda tx: _keep(tx, item, incident_id, outcome))


def _keep(tx: Transaction, item: DutyItem, incident_id: IncidentId, outcome: Act) -> None:
    """How it ended: on every card, in the journal, and the author learns of it."""
    tx.duties.finish(item)
    incident, asked = tx.incidents.get(incident_id), standing(tx, incident_id)
    if incident is None or asked is None:
        return
    tx.incidents.add_decision(Decision(incident=incident_id, act=outcome, by=asked.by, at=tx.now))
    is_done = outcome in (Act.BLOCKED, Act.LIFTED)
    casebook.changed(tx, incident, notify=False if is_done else frozenset({asked.by}))
    if is_done:
        _tell_author(tx, incident)
    name = f"incident:block:{outcome}"
    tx.journal.append(Entry(at=tx.now, name=name, subject=f"incident:{incident_id}", actor=asked.by.person, facts={}))


def _tell_author(tx: Transaction, incident: Incident) -> None:
    author = tx.registry.person(incident.message.person(incident.author))
    if author is not None and author.is_active:
        owe(tx, Topic(TopicKind.NOTE, incident.id), author, version=incident.version + 1, severity=Severity.NORMAL)


_ENDS: Mapping[Act, tuple[Act, Act]] = {
    Act.BLOCK: (Act.BLOCKED, Act.NOT_BLOCKED),
    Act.LIFT: (Act.LIFTED, Act.NOT_LIFTED),
}
"""How each wish may end."""
_ACTS = frozenset({*_ENDS, *(end for ends in _ENDS.values() for end in ends)})
DUTIES: Mapping[str, DutyHandler] = {BLOCK: _on_block}
