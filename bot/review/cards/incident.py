"""The alert: the words in question, which rule and clause, why, where the review stands, and what can be done."""

from bot.cards import Action, Block, Card, Excerpt, Facts, Paragraph, Tone, tone_of
from bot.core import Core
from bot.events import Content
from bot.ids import IncidentId
from bot.judging import casebook
from bot.photos import seen
from bot.photos.cards import picture
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.records.incidents import Act, Contest, Evidence, Incident, Origin
from bot.records.registry import Channel, Person
from bot.review import blocking, presence, removal
from bot.review.choices import fields_of
from bot.review.decisions import offered, staff_to_refer_to
from bot.wording import phrasing
from bot.wording.dates import moment
from policy.message import AttachmentKind
from policy.pack import Pack
from policy.verdict import Finding, Severity, Span
from policy.words import Lang, Text

TITLE = Text(en="{rules} in {channel}", es="{rules} en {channel}")
SUMMARY = Text(
    en="{severity}: a message in {channel} may break a rule ({rules}).",
    es="{severity}: un mensaje en {channel} puede infringir una regla ({rules}).",
)
URGENT = Text(
    en="Someone may be in danger. Please look now, and follow the school's own emergency steps.",
    es="Alguien puede estar en peligro. Mírelo ahora y siga los pasos de emergencia de la escuela.",
)
NOT_APPROVED = Text(en="This channel is not approved yet.", es="Este canal todavía no está aprobado.")
UNCHECKED = Text(
    en="Chaperone could not check this message, also after several tries. Please read it yourself.",
    es="Chaperone no pudo revisar este mensaje, ni tras varios intentos. Por favor, léalo usted.",
)
REPORTED = Text(en="A member asks you to look at this.", es="Un miembro le pide que mire esto.")
MEMBER_SAYS = Text(en="What the member adds", es="Lo que añade")
ERASED = Text(en="The words were erased as the records rules ask.", es="Las palabras se borraron según las reglas.")
CAPTION = {
    "posted": Text(en="As posted, {at}", es="Publicado, {at}"),
    "edited": Text(en="After an edit, {at}", es="Tras una edición, {at}"),
    "restored": Text(en="As put back, {at}", es="Al restaurarse, {at}"),
    "unchecked": Text(en="Not checked", es="Sin revisar"),
    "reported": Text(en="As reported, {at}", es="Reportado, {at}"),
    "picture": Text(en="As posted, {at}", es="Publicado, {at}"),
    "picture:text": Text(en="Read in the picture{place}", es="Leído en la imagen{place}"),
}
CONTESTED = Text(
    en="The author sees it differently. Another person than the first reviewer answers.",
    es="El autor no está de acuerdo. Responde otra persona distinta de la primera.",
)
FOLDED = Text(
    en="{n} more of this author within minutes; deciding here decides them too",
    es="{n} más de este autor en pocos minutos; lo que decida vale también para ellos",
)
QUESTION = Text(en="Is this a problem?", es="¿Es un problema?")
FOOTER = Text(
    en="Chaperone flags and explains; people decide. A decision can be undone with Reopen.",
    es="Chaperone avisa y explica; deciden las personas. Una decisión se deshace con Reabrir.",
)
LONGEST_EXCERPT = 1_500
"""Characters of a message that a card shows, around the first words in question."""


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The alert for one of the people who were told. None where the incident is gone or folded into another."""
    incident = tx.incidents.get(IncidentId(topic.id))
    if incident is None or viewer.ref not in tx.incidents.recipients(incident.id):
        return None
    lang = viewer.lang
    channel = tx.registry.channel(incident.message.channel_ref)
    pack = core.shelf.get(incident.pack) or core.shelf[core.default_pack]
    place = phrasing.channel_name(channel, incident.message.channel)
    titles = ", ".join(phrasing.rule_title(pack, rule, lang) for rule in incident.rules)
    folded = tx.incidents.folded(incident.id)
    severity = phrasing.SEVERITY[incident.severity](lang)
    return Card(
        title=TITLE(lang, rules=titles, channel=place),
        summary=SUMMARY(lang, severity=severity, channel=place, rules=titles),
        tone=Tone.DONE if incident.state.is_decided else tone_of(incident.severity),
        blocks=(
            *_opening(incident, channel, lang),
            *_words(tx, core, incident, pack, viewer),
            *(block for each in folded for block in _words(tx, core, each, pack, viewer)),
            *(block for each in (incident, *folded) for block in _pictures(tx, core, each, channel, viewer)),
            Facts(tuple(_facts(tx, core, incident, channel, len(folded), viewer))),
            *_history(tx, core, incident, viewer),
            *([] if incident.state.is_decided else [Paragraph(QUESTION(lang))]),
            *([Paragraph(asked)] if (asked := presence.question(core, tx, incident, viewer)) else []),
        ),
        actions=_actions(core, tx, incident, viewer),
        footer=FOOTER(lang),
    )


def _opening(incident: Incident, channel: Channel | None, lang: Lang) -> list[Block]:
    lines = []
    if incident.severity is Severity.URGENT and not incident.state.is_decided:
        lines.append(URGENT(lang))
    if incident.origin is Origin.REPORT:
        lines.append(REPORTED(lang))
    if incident.origin is Origin.UNCHECKED:
        lines.append(UNCHECKED(lang))
    if incident.contest is Contest.ASKED:
        lines.append(CONTESTED(lang))
    if channel is not None and channel.state != "approved":
        lines.append(NOT_APPROVED(lang))
    return [Paragraph(line) for line in lines]


def _words(tx: Transaction, core: Core, incident: Incident, pack: Pack, viewer: Person) -> list[Block]:
    lang = viewer.lang
    blocks: list[Block] = []
    explained: set[str] = set()
    shown: set[str] = set()
    for evidence in tx.incidents.evidence(incident.id):
        words = casebook.unseal(core, tx, evidence)
        content = casebook.content_in(words)
        findings = casebook.findings_in(words)
        if content is not None and not (evidence.what == "restored" and content.text in shown):
            shown.add(content.text)
            blocks.append(_excerpt(evidence, content, findings, viewer, seen.places(words.get("where"), lang)))
        for finding in findings:
            if finding.rule not in explained:
                explained.add(finding.rule)
                blocks.append(phrasing.explained(pack, finding, lang))
            elif evidence.what.startswith("picture"):
                blocks.append(Paragraph(finding.reason(lang)))
        note = str(words.get("note") or "")
        if note:
            blocks.append(Excerpt(note, caption=MEMBER_SAYS(lang)))
    if tx.incidents.wrapped_key(incident.id) is None:
        blocks.append(Paragraph(ERASED(lang)))
    return blocks


def _pictures(
    tx: Transaction, core: Core, incident: Incident, channel: Channel | None, viewer: Person
) -> tuple[Block, ...]:
    """Who is shown in the message's pictures, and whose permission is there."""
    pictures = tx.photos.get(incident.message)
    if pictures is None or channel is None or not picture.may_review(tx, channel, pictures, viewer):
        return ()
    return picture.about(tx, core, channel, pictures, viewer)


def _excerpt(
    evidence: Evidence, content: Content, findings: tuple[Finding, ...], viewer: Person, place: str
) -> Excerpt:
    lang = viewer.lang
    marks = tuple(sorted({mark for finding in findings for mark in finding.marks}))
    text, marks = _shortened(content.text, marks)
    kinds = (":".join(evidence.what.split(":")[:many]) for many in (2, 1))
    caption = next((CAPTION[kind] for kind in kinds if kind in CAPTION), CAPTION["posted"])
    attached = ", ".join(a.name or ATTACHED[a.kind](lang) for a in content.attachments)
    return Excerpt(
        text,
        marks,
        caption=caption(lang, at=moment(evidence.at, viewer), place=place) + (f" · 📎 {attached}" if attached else ""),
    )


def _shortened(text: str, marks: tuple[Span, ...]) -> tuple[str, tuple[Span, ...]]:
    """A long message around its first words in question, marks moved along with it."""
    if len(text) <= LONGEST_EXCERPT:
        return text, marks
    first = marks[0].start if marks else 0
    start = max(0, min(first - LONGEST_EXCERPT // 3, len(text) - LONGEST_EXCERPT))
    end = start + LONGEST_EXCERPT
    lead, tail = "… " if start else "", " …" if end < len(text) else ""
    shift = len(lead) - start
    inside = tuple(Span(m.start + shift, min(m.end, end) + shift) for m in marks if start <= m.start < end)
    return f"{lead}{text[start:end]}{tail}", inside


def _facts(
    tx: Transaction, core: Core, incident: Incident, channel: Channel | None, folded: int, viewer: Person
) -> list[tuple[str, str]]:
    lang = viewer.lang
    author = tx.registry.person(incident.message.person(incident.author))
    rows = [
        (Text(en="Written by", es="Escrito por")(lang), phrasing.described(author, channel, lang)),
        (Text(en="Review", es="Revisión")(lang), phrasing.state_line(tx, incident, lang)),
    ]
    happened = presence.lines(core, tx, incident, viewer)
    if happened:
        rows.append((Text(en="Message", es="Mensaje")(lang), " ".join(happened)))
    if folded:
        rows.append((Text(en="Also", es="Además")(lang), FOLDED(lang, n=folded)))
    link = core.platforms(incident.message.workspace).link_to(incident.message)
    if link and not incident.is_deleted:
        rows.append((Text(en="Open it", es="Abrirlo")(lang), link))
    return rows


def _history(tx: Transaction, core: Core, incident: Incident, viewer: Person) -> list[Block]:
    """Who did what, newest last, with the words they added."""
    lang = viewer.lang
    rows = []
    key = tx.incidents.wrapped_key(incident.id)
    for decision in tx.incidents.decisions(incident.id):
        who = phrasing.name_of(tx.registry.person(decision.by), lang)
        to = phrasing.name_of(tx.registry.person(decision.to), lang) if decision.to else ""
        words = core.keys.open_with(key, decision.sealed_note).decode() if key and decision.sealed_note else ""
        done = phrasing.ACT[decision.act](lang, to=to)
        rows.append((moment(decision.at, viewer), f"{who} {done}" + (f": {words}" if words else "")))
    return [Facts(tuple(rows))] if rows else []


def _actions(core: Core, tx: Transaction, incident: Incident, viewer: Person) -> tuple[Action, ...]:
    people = staff_to_refer_to(tx, incident, viewer)
    pictures = tx.photos.get(incident.message)
    opening = (picture.opening(pictures, viewer.lang),) if pictures and pictures.state.is_waiting else ()
    is_lift_due = blocking.is_lift_due(tx, incident)
    choices = [
        Action(
            name=f"incident.{choice.act}",
            subject=incident.id,
            label=choice.label(viewer.lang),
            style="primary" if choice.act is Act.LIFT and is_lift_due else choice.style,
            fields=fields_of(choice, viewer.lang, people),
            confirm=_confirmation(core, tx, incident, choice.act, viewer),
        )
        for choice in offered(core, tx, incident, viewer)
    ]
    if is_lift_due:
        choices.sort(key=lambda action: action.name != f"incident.{Act.LIFT}")
    return (*opening, *choices)


def _confirmation(core: Core, tx: Transaction, incident: Incident, act: Act, viewer: Person) -> str:
    """Who will see what, where an act shows in the channel."""
    if act is Act.REMOVE:
        return removal.confirmation(tx, incident, viewer)
    return blocking.confirmation(core, tx, incident, act, viewer) if act in (Act.BLOCK, Act.LIFT) else ""


ATTACHED = {
    AttachmentKind.PICTURE: Text(en="picture", es="imagen"),
    AttachmentKind.VIDEO: Text(en="video", es="vídeo"),
    AttachmentKind.AUDIO: Text(en="audio", es="audio"),
    AttachmentKind.FILE: Text(en="file", es="archivo"),
    AttachmentKind.LOCATION: Text(en="location", es="ubicación"),
}
