"""`/policy checks`: what the policy asks of this channel, what holds, what does not, and the buttons that mend it."""

from bot.cards import Bullets, Card
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.errors import Refused
from bot.governance.cards.checks import card
from bot.governance.cards.member import may_decide
from bot.governance.check import view_for
from bot.governance.report import lines
from bot.ports import Transaction
from bot.records.registry import Channel
from policy.words import Text

NOT_HERE = Text(
    en="Type “/policy checks” in a registered channel that you answer for. To register one, type “/policy register” "
    "there.",
    es="Escriba “/policy requisitos” en un canal registrado a su cargo. Para registrar uno, escriba allí “/policy "
    "registrar”.",
)
NOT_YOURS = Text(
    en="The owner and the supervisor of this channel see its checks. You see who they are with “/policy channel”.",
    es="Los requisitos de este canal los ven su responsable y su supervisor. Con “/policy canal” verá quiénes son.",
)
TITLE = Text(en="{channel}: what the policy asks", es="{channel}: lo que pide la política")


async def run(request: Request, core: Core) -> Card:
    channel = request.channel
    if channel is None:
        raise Refused(NOT_HERE)
    return await core.store.read(lambda tx: _listed(tx, core, request, channel))


def _listed(tx: Transaction, core: Core, request: Request, channel: Channel) -> Card:
    view = view_for(tx, core, channel)
    if not may_decide(view, request.actor):
        raise Refused(NOT_YOURS)
    wanting = card(view, request.actor, is_whole=True)
    return Card(
        title=TITLE(request.lang, channel=f"#{channel.name}"),
        tone=wanting.tone,
        blocks=(Bullets(lines(view, request.actor)), *wanting.blocks),
        actions=wanting.actions,
    )


command = Command(
    name="checks",
    aliases=("requisitos",),
    summary=Text(en="What the policy asks of this channel", es="Lo que la política pide de este canal"),
    usage=Text(en="checks", es="requisitos"),
    examples=(
        Example("checks", "✓ approval before use", Standing.OWNER),
        Example("requisitos", "✓ aprobación antes de usarlo", Standing.SUPERVISOR),
        Example("checks", "is for staff who run a channel"),
    ),
    run=run,
    standing=Standing.OWNER,
)
