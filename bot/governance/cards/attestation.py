"""The card that asks the owner to look a channel over: what is new since the last look, and when it is due."""

from datetime import UTC

from bot.cards import Action, Card, Facts, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.governance.attesting import LOOKED, begun_at, due_at, news
from bot.governance.cards.member import may_decide
from bot.governance.check import View, packless, view_at
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.governance import Attestation
from bot.records.registry import Person
from bot.wording.citing import foot
from bot.wording.dates import day
from bot.wording.phrasing import name_of
from bot.wording.subjects import channel_in, subject_of
from policy.words import Text

TITLE = Text(en="Please look {channel} over", es="Revise {channel}, por favor")
SUMMARY = Text(en="{channel} is to be looked over by {day}.", es="{channel} debe revisarse antes del {day}.")
DONE = Text(en="{channel} was looked over", es="{channel} se ha revisado")
BY = Text(en="{name}, {day}", es="{name}, {day}")
LAST = Text(en="Last look", es="Última revisión")
NEVER = Text(en="none yet", es="ninguna aún")
NEW = Text(en="New since then", es="Nuevo desde entonces")
CHECKED = Text(en="{n} messages checked, {flagged} flagged", es="{n} mensajes comprobados, {flagged} señalados")
OPEN = Text(en="Open alerts", es="Alertas abiertas")
DUE = Text(en="Next look due", es="Próxima revisión")
HOW = Text(
    en="Scroll through what is new: who is in the channel, what is said, what is shown. Then confirm; your supervisor "
    "sees that you looked and when.",
    es="Repase lo nuevo: quién está en el canal, qué se dice y qué se muestra. Después confírmelo; su supervisor ve "
    "que revisó el canal y cuándo.",
)


def topic_of(view: View) -> Topic:
    """The topic of the look that is due next: each has a card of its own."""
    last = view.tx.attestations.last(view.channel.ref)
    begun = begun_at(view.channel, last, view.now).astimezone(UTC)
    return Topic(TopicKind.ATTESTATION, f"{subject_of(view.channel.ref)}|{begun:%Y%m%d%H%M%S%f}")


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """What is new, for those who answer for the channel; that it was looked over once it was; nothing for others."""
    try:
        place = channel_in(topic.id.rpartition("|")[0])
    except Refused:
        return None
    view = view_at(tx, core, place)
    if view is None:
        return packless(tx, core, place, viewer)
    if not may_decide(view, viewer):
        return None
    last = tx.attestations.last(view.channel.ref)
    return looked(view, last, viewer) if last is not None and topic != topic_of(view) else card(view, viewer)


def card(view: View, viewer: Person) -> Card:
    """What is new, and the button that says that one has looked."""
    lang, name = viewer.lang, f"#{view.channel.name}"
    new, last = news(view.tx, view.channel, by=viewer.ref), view.tx.attestations.last(view.channel.ref)
    due = day(due_at(view), viewer)
    rows = (
        (LAST(lang), _by(view, last, viewer) if last else NEVER(lang)),
        (NEW(lang), CHECKED(lang, n=new.checked, flagged=new.flagged)),
        (OPEN(lang), str(new.open)),
        (DUE(lang), due),
    )
    return Card(
        title=TITLE(lang, channel=name),
        summary=SUMMARY(lang, channel=name, day=due),
        tone=Tone.NOTICE,
        blocks=(Facts(rows), Paragraph(HOW(lang))),
        actions=(
            Action(name="attest.confirm", subject=subject_of(view.channel.ref), label=LOOKED(lang), style="primary"),
        ),
        footer=foot(view.pack, "monitored", lang),
    )


def looked(view: View, last: Attestation, viewer: Person) -> Card:
    """That the channel was looked over, by whom and when, and when it is due again."""
    lang = viewer.lang
    rows = (
        (LAST(lang), _by(view, last, viewer)),
        (NEW(lang), CHECKED(lang, n=last.checked, flagged=last.flagged)),
        (DUE(lang), day(due_at(view), viewer)),
    )
    title = DONE(lang, channel=f"#{view.channel.name}")
    return Card(title=title, tone=Tone.DONE, blocks=(Facts(rows),), footer=foot(view.pack, "monitored", lang))


def _by(view: View, last: Attestation, viewer: Person) -> str:
    who = name_of(view.tx.registry.person(last.by), viewer.lang)
    return BY(viewer.lang, name=who, day=day(last.at, viewer))
