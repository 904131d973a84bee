"""The private note to an author: what their message may break, how to mend it, and how to disagree."""

from bot.cards import Action, Block, Card, Excerpt, Facts, Paragraph, Tone
from bot.core import Core
from bot.ids import IncidentId
from bot.judging import casebook
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.records.incidents import Act, Contest, Incident, IncidentState
from bot.records.registry import Person
from bot.review import blocking
from bot.review.choices import fields_of
from bot.review.decisions import offered
from bot.review.removal import remover
from bot.wording import phrasing
from policy.pack import Pack
from policy.words import Lang, Text

TITLE = Text(en="Please look at your message in {channel}", es="Por favor, mire su mensaje en {channel}")
ASK = Text(
    en="{who} asks you to remove or change it. Only you and the people responsible for the channel see this.",
    es="{who} le pide que lo quite o lo cambie. Esto solo lo ven usted y quienes responden del canal.",
)
THANKS = Text(en="Thank you: that is done.", es="Gracias: ya está hecho.")
NOT_NEEDED = Text(en="Nothing more is needed from you.", es="No hace falta nada más de su parte.")
CONTEST = {
    Contest.ASKED: Text(
        en="You said that you see it differently. Another person than the first reviewer looks at it now.",
        es="Usted dijo que lo ve de otro modo. Ahora lo mira otra persona distinta de la primera.",
    ),
    Contest.UPHELD: Text(
        en="A second person looked at it: the first review stands.",
        es="Lo miró una segunda persona: la primera revisión se mantiene.",
    ),
    Contest.OVERTURNED: Text(
        en="A second person looked at it and agrees with you. Nothing more is needed from you.",
        es="Lo miró una segunda persona y le da la razón. No hace falta nada más de su parte.",
    ),
}
YOURS = Text(en="Your message", es="Su mensaje")
THEY_SAY = Text(en="{who} adds", es="{who} añade")
FOOTER = Text(
    en="Nothing was deleted and nobody was punished by Chaperone. Questions: /policy ask",
    es="Chaperone no borró nada ni castigó a nadie. Preguntas: /policy preguntar",
)


REMOVED = Text(
    en="{who} had your message removed. Only you and the people responsible for the channel see this.",
    es="{who} hizo quitar su mensaje. Esto solo lo ven usted y quienes responden del canal.",
)
BLOCKS = {
    Act.BLOCKED: Text(
        en="{who} had your message blocked: only you still see what it says. You may change it, or take it away.",
        es="{who} hizo bloquear su mensaje: solo usted ve aún lo que dice. Puede cambiarlo o quitarlo.",
    ),
    Act.LIFTED: Text(
        en="{who} had the block lifted: everybody in the channel can read your message again.",
        es="{who} hizo levantar el bloqueo: todas las personas del canal pueden leer de nuevo su mensaje.",
    ),
}
BY_PEOPLE = Text(
    en="People decided this, not Chaperone. Questions: /policy ask",
    es="Lo decidieron personas, no Chaperone. Preguntas: /policy preguntar",
)


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The note for the message's author. None for anybody else."""
    incident = tx.incidents.get(IncidentId(topic.id))
    if incident is None or viewer.ref != incident.message.person(incident.author):
        return None
    lang = viewer.lang
    channel = tx.registry.channel(incident.message.channel_ref)
    pack = core.shelf.get(incident.pack) or core.shelf[core.default_pack]
    title = TITLE(lang, channel=phrasing.channel_name(channel, incident.message.channel))
    is_by_people = bool(remover(tx, incident.id) or blocking.blocked(tx, incident))
    is_over = incident.is_deleted or incident.is_mended or incident.state is IncidentState.DISMISSED
    return Card(
        title=title,
        summary=title,
        tone=Tone.DONE if is_over else Tone.NOTICE,
        blocks=(*_standing(tx, core, incident, lang), *_words(tx, core, incident, pack, lang)),
        actions=tuple(
            Action(
                name=f"incident.{choice.act}",
                subject=incident.id,
                label=choice.label(lang),
                fields=fields_of(choice, lang, ()),
            )
            for choice in offered(core, tx, incident, viewer)
        ),
        footer=BY_PEOPLE(lang) if is_by_people else FOOTER(lang),
    )


def _standing(tx: Transaction, core: Core, incident: Incident, lang: Lang) -> list[Block]:
    blocks: list[Block] = []
    key = tx.incidents.wrapped_key(incident.id)
    for decision in tx.incidents.decisions(incident.id):
        who = phrasing.name_of(tx.registry.person(decision.by), lang)
        if decision.act is Act.ASK_AUTHOR:
            blocks.append(Paragraph(ASK(lang, who=who)))
        is_for_author = decision.act in (Act.ASK_AUTHOR, Act.UPHOLD, Act.OVERTURN)
        if is_for_author and key and decision.sealed_note:
            words = core.keys.open_with(key, decision.sealed_note).decode()
            blocks.append(Excerpt(words, caption=THEY_SAY(lang, who=who)))
    by = remover(tx, incident.id)
    if by is not None:
        blocks.append(Paragraph(REMOVED(lang, who=phrasing.name_of(tx.registry.person(by), lang))))
    block = blocking.standing(tx, incident.id)
    if block is not None and not incident.is_deleted and block.act in BLOCKS:
        blocks.append(Paragraph(BLOCKS[block.act](lang, who=phrasing.name_of(tx.registry.person(block.by), lang))))
    if incident.contest is not Contest.NONE:
        blocks.append(Paragraph(CONTEST[incident.contest](lang)))
    if (incident.is_deleted or incident.is_mended) and by is None:
        blocks.append(Paragraph(THANKS(lang)))
    elif incident.state is IncidentState.DISMISSED and incident.contest is not Contest.OVERTURNED:
        blocks.append(Paragraph(NOT_NEEDED(lang)))
    return blocks


def _words(tx: Transaction, core: Core, incident: Incident, pack: Pack, lang: Lang) -> list[Block]:
    blocks: list[Block] = []
    for evidence in (
        tx.incidents.evidence(incident.id)[-1:] if incident.is_deleted else tx.incidents.evidence(incident.id)
    ):
        words = casebook.unseal(core, tx, evidence)
        content = casebook.content_in(words)
        if content is None or evidence.what.startswith("reported"):
            continue
        findings = casebook.findings_in(words)
        marks = tuple(sorted({mark for finding in findings for mark in finding.marks}))
        blocks.append(Excerpt(content.text[:1_500], marks, caption=YOURS(lang)))
        for finding in findings:
            rule = pack.rules.get(finding.rule)
            rows = [(Text(en="Policy", es="Política")(lang), phrasing.clause_line(pack, finding, lang))]
            if rule is not None:
                rows.append((Text(en="How to mend it", es="Cómo corregirlo")(lang), rule.mend(lang)))
            blocks.append(Facts(tuple(rows)))
    return blocks
