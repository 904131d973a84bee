"""Opens and carries on incidents: what was found, reported, mended, deleted or could not be checked becomes one
incident for each message, with its evidence, and the right people are owed a look at it. Everything happens in the
caller's transaction."""

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from bot.core import Core
from bot.events import Content, Deleted, Edited, Event, Reported, Restored, Revising
from bot.ids import IncidentId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.people.alerts import owe, owe_digest, owe_operators
from bot.people.routing import reviewers
from bot.ports import MessageState, Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import Contest, Evidence, Incident, IncidentState, Origin, incident_id
from bot.records.journal import Entry
from bot.records.registry import Channel, Person
from policy.verdict import Finding, PackId, RuleId, Severity, Verdict

REPORTED = RuleId("reported")
UNCHECKED = RuleId("unchecked")

NO_WORDS = Content(text="")
"""Stands for a message whose words the reviewers have already, or that nobody kept."""

_FINDINGS: TypeAdapter[tuple[Finding, ...]] = TypeAdapter(tuple[Finding, ...])
_CONTENT: TypeAdapter[Content] = TypeAdapter(Content)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a message's pictures later on: the evidence's name (`picture:…`), the revision that has them,
    and in which places of the picture."""

    what: str
    revision: int
    where: object = ()


def note_findings(
    core: Core,
    tx: Transaction,
    event: Revising,
    channel: Channel,
    verdict: Verdict,
    state: MessageState,
    *,
    seen: Seen | None = None,
) -> None:
    """Opens the message's incident, or adds this revision to it. New rules, more gravity, or a breach after the
    decision call for attention again, and so does whatever is `seen` in its pictures; the same breach once more only
    changes the cards."""
    revision = 0 if event.kind == "posted" else event.revision
    revision = seen.revision if seen else revision
    severity = max(finding.severity for finding in verdict.alerting)
    rules = tuple(dict.fromkeys(finding.rule for finding in verdict.alerting))
    known = tx.incidents.get(incident_id(event.message))
    if known is None:
        incident = _opened(tx, state, event.author, verdict.pack, severity=severity, rules=rules)
        # The words of a message may be fine, and what its picture shows is not.
        incident = replace(incident, is_mended=incident.is_mended and seen is None)
        _open(core, tx, incident, channel)
    else:
        is_worse = severity > known.severity or not set(rules) <= set(known.rules)
        is_newest = revision == state.newest_revision
        # Somebody found these very words to be no problem before they were deleted and put back.
        is_settled = _is_put_back(event) and known.state is IncidentState.DISMISSED and not is_worse
        is_again = known.state.is_decided and is_newest and not is_settled
        notify = is_worse or seen is not None or is_again
        incident = replace(
            known,
            severity=max(severity, known.severity),
            rules=tuple(dict.fromkeys((*known.rules, *rules))),
            newest_revision=state.newest_revision,
            is_mended=known.is_mended and not is_newest,
            state=IncidentState.OPEN if is_again else known.state,
            folded_into=None if seen or severity is Severity.URGENT else known.folded_into,
        )
        changed(tx, incident, notify=notify)
    words = {"content": _CONTENT.dump_python(event.content, mode="json"), "findings": _findings_json(verdict.alerting)}
    if seen:
        words |= {"where": seen.where, "content": words["content"] if event.content != NO_WORDS else None}
    kind = "restored" if _is_put_back(event) else event.kind
    keep(core, tx, incident.id, revision, seen.what if seen else kind, event.at, words)
    _journal(
        tx,
        "incident:finding:added",
        incident.id,
        event.author,
        revision=revision,
        rules=",".join(rules),
        pack=verdict.pack,
        pack_version=verdict.pack_version,
    )


def note_mended(tx: Transaction, message: MessageRef, revision: int) -> None:
    """The newest revision breaks no rule: an open incident shows it. It stays open: people decide."""
    incident = tx.incidents.get(incident_id(message))
    if incident is not None and not incident.is_mended and incident.origin is Origin.RULE:
        changed(tx, replace(incident, is_mended=True, newest_revision=revision), notify=False)
        _journal(tx, "incident:message:mended", incident.id, incident.author, revision=revision)


def note_deleted(core: Core, tx: Transaction, event: Deleted) -> None:
    """The message is gone from the channel; its incident shows it and keeps the evidence."""
    incident = tx.incidents.get(incident_id(event.message))
    if incident is None or incident.is_deleted:
        return
    changed(tx, replace(incident, is_deleted=True), notify=False)
    keep(core, tx, incident.id, incident.newest_revision, "deleted", event.at, {"by": event.by})
    _journal(tx, "incident:message:deleted", incident.id, event.by or "")


def note_restored(tx: Transaction, event: Restored | Edited) -> None:
    """The message is in the channel again, and its incident shows it. Where people had dealt with it as a problem it
    calls for their attention."""
    incident = tx.incidents.get(incident_id(event.message))
    if incident is None or not incident.is_deleted:
        return
    is_dealt_with = incident.is_author_asked or incident.state.is_decided
    notify = is_dealt_with and incident.state is not IncidentState.DISMISSED
    changed(tx, replace(incident, is_deleted=False), notify=notify)
    by = event.author if isinstance(event, Edited) else event.by
    _journal(tx, "incident:message:restored", incident.id, by or "")


def note_report(core: Core, tx: Transaction, event: Reported, channel: Channel, state: MessageState) -> None:
    """A member's report opens the message's incident, or is added to it. Who reported is on record, and not on the
    card."""
    known = tx.incidents.get(incident_id(event.message))
    if known is None:
        incident = _opened(
            tx, state, event.author, channel.pack, severity=Severity.HIGH, rules=(REPORTED,), origin=Origin.REPORT
        )
        _open(core, tx, incident, channel)
    else:
        incident = replace(
            known,
            rules=tuple(dict.fromkeys((*known.rules, REPORTED))),
            state=IncidentState.OPEN if known.state.is_decided else known.state,
        )
        changed(tx, incident, notify=True)
    words = {"content": _CONTENT.dump_python(event.content, mode="json"), "note": event.note, "by": event.by}
    keep(core, tx, incident.id, max(0, state.newest_revision), f"reported:{event.by}"[:64], event.at, words)
    _journal(tx, "incident:report:added", incident.id, event.by)


def note_unchecked(core: Core, tx: Transaction, key: str, event: Event | None, error: str) -> None:
    """An event was given up. Owner and supervisor learn which message nobody has checked; where not even that is known,
    the operators learn that something was lost to judgement."""
    message = getattr(event, "message", None)
    channel = tx.registry.channel(message.channel_ref) if message else None
    if message is None or channel is None or not channel.is_read:
        owe_operators(tx, WorkspaceId(key.partition("|")[0]), f"inbox:{key}"[:120])
        return
    author = getattr(event, "author", None) or getattr(event, "by", None) or PersonId("")
    known = tx.incidents.get(incident_id(message))
    if known is None:
        state = tx.messages.lock(message)
        incident = _opened(
            tx, state, author, channel.pack, severity=Severity.HIGH, rules=(UNCHECKED,), origin=Origin.UNCHECKED
        )
        _open(core, tx, incident, channel)
    else:
        incident = replace(known, rules=tuple(dict.fromkeys((*known.rules, UNCHECKED))))
        changed(tx, incident, notify=True)
    content = getattr(event, "content", None)
    words = {"content": _CONTENT.dump_python(content, mode="json") if content else None}
    revision = getattr(event, "revision", 0)
    keep(core, tx, incident.id, revision, "unchecked", tx.now, words)
    _journal(tx, "incident:message:unchecked", incident.id, "", error=error)


def changed(tx: Transaction, incident: Incident, *, notify: bool | Set[PersonRef]) -> Incident:
    """Stores the incident's next version and owes every recipient the new state of their card; returns what was stored.
    `notify` says whose attention is called for: everybody's, nobody's, or these people's."""
    stored = replace(incident, version=incident.version + 1)
    tx.incidents.save(stored)
    owe_all(tx, stored, notify=notify)
    return stored


def owe_all(tx: Transaction, incident: Incident, *, notify: bool | Set[PersonRef]) -> None:
    """Owes everybody who was told of the incident a look at its present version. A folded incident shows in the one
    that it is folded into; one of low severity waits for the digest."""
    if incident.folded_into is not None:
        parent = tx.incidents.get(incident.folded_into)
        if parent is not None:
            for person in _people(tx, tx.incidents.recipients(incident.id)):
                tx.incidents.add_recipient(parent.id, person.ref)
            changed(tx, parent, notify=False)
            return

    asked = notify if isinstance(notify, Set) else frozenset()
    topic = Topic(TopicKind.INCIDENT, incident.id)
    for person in _people(tx, tx.incidents.recipients(incident.id)):
        is_asked = person.ref in asked
        if incident.severity is Severity.LOW and not is_asked and tx.outbox.card(topic, person.ref) is None:
            owe_digest(tx, person)
        else:
            called = is_asked or notify is True
            owe(tx, topic, person, version=incident.version, severity=incident.severity, notify=called)
    author = tx.registry.person(incident.message.person(incident.author))
    if author is not None and (incident.is_author_asked or incident.contest is not Contest.NONE):
        note = Topic(TopicKind.NOTE, incident.id)
        owe(tx, note, author, version=incident.version, severity=Severity.NORMAL, notify=author.ref in asked)


def route(tx: Transaction, incident: Incident, channel: Channel) -> bool:
    """Names who is told of the incident. False: the chain ends nowhere, and the operators are told so."""
    people = reviewers(tx, channel, incident.message.person(incident.author))
    for person in people:
        tx.incidents.add_recipient(incident.id, person.ref)
    if not people:
        owe_operators(tx, incident.message.workspace, f"route:{incident.id}")
    return bool(people)


def keep(
    core: Core,
    tx: Transaction,
    incident: IncidentId,
    revision: int,
    what: str,
    at: datetime,
    words: Mapping[str, object],
) -> None:
    """Keeps words as evidence, sealed under the incident's own key. Nothing is kept once that key was destroyed."""
    key = tx.incidents.wrapped_key(incident)
    if key is not None:
        sealed = core.keys.seal_with(key, json.dumps(words).encode())
        tx.incidents.add_evidence(Evidence(incident=incident, revision=revision, what=what, at=at, sealed=sealed))


def unseal(core: Core, tx: Transaction, evidence: Evidence) -> dict[str, object]:
    """The words that `keep` sealed; empty once the incident's key was destroyed."""
    key = tx.incidents.wrapped_key(evidence.incident)
    if key is None:
        return {}
    words: dict[str, object] = json.loads(core.keys.open_with(key, evidence.sealed))
    return words


def findings_in(words: Mapping[str, object]) -> tuple[Finding, ...]:
    """The findings in unsealed evidence."""
    return _FINDINGS.validate_python(words.get("findings", ()))


def content_in(words: Mapping[str, object]) -> Content | None:
    """The message's content in unsealed evidence."""
    content = words.get("content")
    return None if content is None else _CONTENT.validate_python(content)


def _opened(
    tx: Transaction,
    state: MessageState,
    author: PersonId,
    pack: PackId,
    *,
    severity: Severity,
    rules: tuple[RuleId, ...],
    origin: Origin = Origin.RULE,
) -> Incident:
    message = state.ref
    return Incident(
        id=incident_id(message),
        message=message,
        thread=state.thread,
        author=author,
        pack=pack,
        opened_at=tx.now,
        severity=severity,
        rules=rules,
        origin=origin,
        newest_revision=max(0, state.newest_revision),
        is_mended=origin is Origin.RULE and tx.messages.is_clean(message, state.newest_revision),
        is_deleted=state.is_deleted,
    )


def _open(core: Core, tx: Transaction, incident: Incident, channel: Channel) -> None:
    folding = _to_fold_into(core, tx, incident)
    incident = replace(incident, folded_into=folding.id if folding else None)
    tx.incidents.open(incident, wrapped_key=core.keys.new_key())
    route(tx, incident, channel)
    _journal(
        tx,
        "incident:state:opened",
        incident.id,
        incident.author,
        origin=incident.origin,
        severity=incident.severity.word,
        folded_into=incident.folded_into,
    )
    owe_all(tx, incident, notify=True)


def _to_fold_into(core: Core, tx: Transaction, incident: Incident) -> Incident | None:
    """The author's incident of a few minutes ago that this one joins, unless this one is graver or about something
    else."""
    if incident.origin is not Origin.RULE or incident.severity is Severity.URGENT or not core.limits.fold_within:
        return None
    since = tx.now - core.limits.fold_within
    latest = tx.incidents.latest_of(incident.message.channel_ref, incident.author, since=since)
    if latest is None or latest.id == incident.id or latest.origin is not Origin.RULE:
        return None
    is_graver = incident.severity <= latest.severity < Severity.URGENT
    return latest if is_graver and not latest.state.is_decided else None


def _is_put_back(event: Revising) -> bool:
    return isinstance(event, Edited) and event.is_put_back


def _people(tx: Transaction, refs: Iterable[PersonRef]) -> tuple[Person, ...]:
    found = (tx.registry.person(ref) for ref in refs)
    return tuple(person for person in found if person is not None and person.is_active)


def _findings_json(findings: tuple[Finding, ...]) -> object:
    return _FINDINGS.dump_python(findings, mode="json")


def _journal(tx: Transaction, name: str, incident: IncidentId, actor: str, **facts: str | int | bool | None) -> None:
    tx.journal.append(Entry(at=tx.now, name=name, subject=f"incident:{incident}", actor=actor, facts=facts))
