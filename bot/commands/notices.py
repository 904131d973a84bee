"""`/policy notices`: the notices of this channel in full, whether they are on record, and who has answered."""

from collections import Counter

from bot.cards import Action, Block, Card, Facts, Paragraph
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from bot.governance.cards.member import may_decide
from bot.governance.cards.notice import actions, wording
from bot.governance.check import View, view_for
from bot.governance.checks.notices import check, missing
from bot.ports import Transaction
from bot.records.governance import Answer
from bot.records.registry import Channel
from bot.wording.dates import day
from policy.notices import Notice
from policy.words import Text

NOT_HERE = Text(
    en="Type “/policy notices” in a registered channel.", es="Escriba “/policy avisos” en un canal registrado."
)
TITLE = Text(en="Notices of {channel}", es="Avisos de {channel}")
NONE = Text(en="The policy of this channel asks for no notices.", es="La política de este canal no pide avisos.")
RECORD = Text(en="This notice", es="Este aviso")
ON_RECORD = Text(en="on record since {day}", es="consta desde el {day}")
GIVEN = Text(en="given to all parents", es="dado a todas las familias")
NOT_GIVEN = Text(en="not on record yet", es="aún no consta")
ANSWERS = Text(en="shown to {n}, read by {read}", es="mostrado a {n}, leído por {read}")
SLIPS = Text(en="asked of {n}: yes {yes}, no {no}", es="preguntado a {n}: sí {yes}, no {no}")


async def run(request: Request, core: Core) -> Card:
    channel = request.channel
    if channel is None:
        raise Refused(NOT_HERE)
    return await core.store.read(lambda tx: _listed(tx, core, request, channel))


def _listed(tx: Transaction, core: Core, request: Request, channel: Channel) -> Card:
    view = view_for(tx, core, channel)
    title = TITLE(request.lang, channel=f"#{channel.name}")
    if not view.pack.notices:
        return Card(title=title, blocks=(Paragraph(NONE(request.lang)),))
    is_answering = may_decide(view, request.actor)
    blocks: list[Block] = []
    buttons: list[Action] = []
    for notice in view.pack.notices.values():
        blocks.append(Paragraph(f"{notice.title(request.lang)}\n{wording(view, notice, request.lang)}"))
        if is_answering:
            blocks.append(Facts(((RECORD(request.lang), _record(view, notice, request)),)))
        elif not notice.is_asked:
            buttons += actions(view, notice, request.lang)
    outcome = check.look(view)
    fixes = check.fix(view, outcome, request.actor) if is_answering else ()
    return Card(title=title, blocks=tuple(blocks), actions=(*buttons[:1], *fixes))


def _record(view: View, notice: Notice, request: Request) -> str:
    lang = request.lang
    posted = view.tx.notices.posting(view.channel.ref, notice.id, notice.version)
    told = ON_RECORD(lang, day=day(posted.at, request.actor)) if posted else NOT_GIVEN(lang)
    if posted is None and not missing(view, notice):
        told = GIVEN(lang)
    receipts = [r for r in view.tx.notices.receipts(view.channel.ref, notice.id) if r.version == notice.version]
    if not receipts:
        return told
    answers = Counter(receipt.answer for receipt in receipts)
    text = SLIPS if notice.is_asked else ANSWERS
    counted = text(lang, n=len(receipts), read=answers[Answer.READ], yes=answers[Answer.YES], no=answers[Answer.NO])
    return f"{told}; {counted}"


command = Command(
    name="notices",
    aliases=("avisos",),
    summary=Text(en="The notices of this channel", es="Los avisos de este canal"),
    usage=Text(en="notices", es="avisos"),
    examples=(
        Example("notices", "Messages in this channel are checked"),
        Example("avisos", "Los mensajes de este canal se comprueban"),
        Example("notices", "not on record yet", Standing.OWNER),
    ),
    run=run,
)
