"""`/policy coverage`: from when to when messages were not seen, why, and what was read afterwards."""

from bot.cards import Block, Card, Facts, Paragraph, Tone
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.inbox.cards.coverage import auditing, line
from bot.inbox.coverage import can_read_back, in_care, is_in_care
from bot.ports import Transaction
from bot.records.gaps import Gap
from bot.records.registry import Channel
from bot.wording.dates import moment
from policy.words import Text

MOST_GAPS = 12

TITLE = Text(en="What was read of {name}", es="Qué se leyó de {name}")
ALL = Text(en="What was read of your channels", es="Qué se leyó de sus canales")
NONE = Text(en="You have no channel that is read.", es="No tiene ningún canal que se lea.")
WHOLE = Text(en="Everything was seen: no gap is known.", es="Se vio todo: no se conoce ninguna laguna.")
COMPARED = Text(
    en="Compared with the platform's own history up to {at}.",
    es="Comparado con el historial de la plataforma hasta {at}.",
)
BLIND = Text(
    en="This platform gives no history here: what was said in a gap stays unseen. Ask the members, or look there.",
    es="Aquí la plataforma no da historial: lo dicho en una laguna queda sin ver. Pregunte a los miembros o mire allí.",
)
MORE = Text(en="{n} older ones: ask in the channel itself.", es="{n} anteriores: pregunte en el propio canal.")


async def run(request: Request, core: Core) -> Card:
    is_readable = can_read_back(core, request.actor.ref.workspace)
    return await core.store.read(lambda tx: _page(tx, request, is_readable=is_readable))


def _page(tx: Transaction, request: Request, *, is_readable: bool) -> Card:
    lang, here = request.lang, request.channel
    is_one = here is not None and here.is_read and is_in_care(tx, here, request.actor)
    channels = [here] if here is not None and is_one else list(in_care(tx, request.actor))
    title = TITLE(lang, name=f"#{here.name}") if here is not None and is_one else ALL(lang)
    if not channels:
        return Card(title=title, blocks=(Paragraph(NONE(lang)),))
    found = sorted(
        ((gap, channel) for channel in channels for gap in tx.coverage.gaps(channel.ref)),
        key=lambda each: (each[0].ended_at is not None, -each[0].started_at.timestamp()),
    )
    blocks = _blocks(tx, request, channels, found, is_readable=is_readable)
    is_open = any(gap.recovered_at is None for gap, _ in found)
    return Card(
        title=title,
        tone=Tone.NOTICE if is_open else Tone.PLAIN,
        blocks=blocks,
        actions=(auditing(here, lang),) if here is not None and is_one and is_readable else (),
    )


def _blocks(
    tx: Transaction,
    request: Request,
    channels: list[Channel],
    found: list[tuple[Gap, Channel]],
    *,
    is_readable: bool,
) -> tuple[Block, ...]:
    lang, actor = request.lang, request.actor
    rows = tuple((f"#{channel.name}", line(gap, actor)) for gap, channel in found[:MOST_GAPS])
    blocks: list[Block] = [Facts(rows)] if rows else [Paragraph(WHOLE(lang))]
    if len(found) > MOST_GAPS:
        blocks.append(Paragraph(MORE(lang, n=len(found) - MOST_GAPS)))
    marks = tx.coverage.marks()
    compared = [marks[channel.ref] for channel in channels if channel.ref in marks]
    if not is_readable:
        blocks.append(Paragraph(BLIND(lang)))
    elif len(compared) == len(channels):
        blocks.append(Paragraph(COMPARED(lang, at=moment(min(compared), actor))))
    return tuple(blocks)


command = Command(
    name="coverage",
    aliases=("cobertura",),
    summary=Text(en="What was read, and what could not be", es="Qué se leyó y qué no se pudo leer"),
    usage=Text(en="coverage", es="cobertura"),
    examples=(
        Example("coverage", "no gap is known", Standing.OWNER),
        Example("cobertura", "no se conoce ninguna laguna", Standing.OWNER),
        Example("coverage", "What was read of #chess", Standing.SUPERVISOR),
        Example("coverage", "is for staff who run a channel"),
        Example("cobertura", "es para el personal que dirige un canal"),
    ),
    run=run,
    standing=Standing.OWNER,
)
