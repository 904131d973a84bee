"""The day's digest: what is of low severity, in one card at the person's own hour."""

from bot.cards import Action, Bullets, Card, Paragraph
from bot.core import Core
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.records.incidents import IncidentState
from bot.records.registry import Person
from bot.wording import phrasing
from policy.verdict import Severity
from policy.words import Text

TITLE = Text(en="Your digest for {day}", es="Su resumen del {day}")
ONE = Text(en="One small thing waits for a look.", es="Hay una cosa menor por mirar.")
MANY = Text(en="{n} small things wait for a look.", es="Hay {n} cosas menores por mirar.")
LOOK = Text(en="Look", es="Mirar")


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """Undecided incidents of low severity that the person was told of. None where there are none: a quiet day is
    quiet."""
    lang = viewer.lang
    day = topic.id.partition(":")[0]
    waiting = [
        incident
        for incident in tx.incidents.told(viewer.ref, limit=200)
        if incident.severity is Severity.LOW and incident.state is IncidentState.OPEN and incident.folded_into is None
    ]
    if not waiting:
        return None
    lines, actions = [], []
    for incident in waiting[:20]:
        pack = core.shelf.get(incident.pack) or core.shelf[core.default_pack]
        channel = tx.registry.channel(incident.message.channel_ref)
        place = phrasing.channel_name(channel, incident.message.channel)
        line = f"{place} · {', '.join(phrasing.rule_title(pack, rule, lang) for rule in incident.rules)}"
        lines.append(line)
        actions.append(Action(name="alert.show", subject=incident.id, label=f"{LOOK(lang)}: {line}"))
    said = ONE(lang) if len(waiting) == 1 else MANY(lang, n=len(waiting))
    return Card(
        title=TITLE(lang, day=day),
        summary=said,
        blocks=(Paragraph(said), Bullets(tuple(lines))),
        actions=tuple(actions),
    )
