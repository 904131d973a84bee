"""What `chaperone doctor` says of Microsoft Teams: whether tokens are given, whether teams' owners consented, whether
messages without a mention arrive, and what to do."""

from collections.abc import AsyncIterator, Iterator, Mapping

from aiohttp import ClientSession

from adapters.commandline.lines import Line, Mark
from adapters.settings import BadSettings, Settings
from adapters.storage import open_store
from adapters.teams import conversations
from adapters.teams.activity import PLATFORM, text, workspace_named
from adapters.teams.client import Connector
from adapters.teams.connection import Connection, connection
from adapters.teams.graph import Graph
from adapters.teams.pace import Pace
from adapters.teams.rights import BLOCK, OF_A_TEAM, READ_GRANTS, READ_MESSAGES
from adapters.teams.signing_keys import KeysUnavailable, SigningKeys
from adapters.teams.tokens import TokenRefused, Tokens, source_of
from adapters.teams.whereabouts import Whereabouts
from bot.errors import ChaperoneError, PlatformBusy, Unable, Undeliverable
from bot.ids import ChannelId, ChannelRef, WorkspaceId, platform_of
from bot.ports import Store, Transaction
from bot.records.registry import Channel

AGAIN = (
    "Its owner removes Chaperone from the team, adds it again and agrees to what it asks for; make the package anew "
    "with `chaperone manifest teams` if it is an old one."
)
PROOF = (
    "Compare MicrosoftAppId, MicrosoftAppTenantId and the secret or certificate with the registration; secrets run out."
)
MOST_TEAMS = 50


async def teams_lines(settings: Settings) -> AsyncIterator[Line]:
    """All that can be seen of Teams from here."""
    try:
        connected = connection(settings)
    except BadSettings as error:
        yield Line(Mark.BAD, "Microsoft Teams: half connected", str(error))
        return
    if connected is None:
        yield Line(Mark.LOOK, "Microsoft Teams: not connected", "docs/teams.md leads through it.")
        return
    try:
        store = await open_store(settings.database)
    except ChaperoneError:
        return  # said already
    try:
        async with ClientSession() as session:
            for line in _ways_in(connected):
                yield line
            yield await _keys(connected, session)
            tokens = Tokens(source_of(connected, session))
            yield await _token(tokens)
            async for line in _teams(connected, store, session, tokens):
                yield line
            await tokens.close()
            for line in await store.read(lambda tx: list(_heard(tx))):
                yield line
    except ChaperoneError as error:
        yield Line(Mark.BAD, "Microsoft Teams could not be looked at", str(error))
    finally:
        await store.close()


def _ways_in(connected: Connection) -> Iterator[Line]:
    yield Line(Mark.GOOD, f"Microsoft Teams: connected as {connected.app_id} in tenant {connected.tenant}")
    if not connected.is_checked:
        yield Line(
            Mark.BAD,
            "Teams' messages are taken from anybody",
            "Unset TEAMS_AUTH_DISABLED; it is for tests on this machine.",
        )


async def _keys(connected: Connection, session: ClientSession) -> Line:
    try:
        await SigningKeys(session, connected.cloud.metadata_url).get("")
    except KeysUnavailable as error:
        return Line(
            Mark.BAD, "Microsoft's signing keys cannot be fetched: nothing from Teams can be checked", str(error)
        )
    return Line(Mark.GOOD, "Microsoft's signing keys: fetched")


async def _token(tokens: Tokens) -> Line:
    try:
        await tokens.get()
    except TokenRefused as error:
        return Line(Mark.BAD, f"Microsoft gives the bot no token ({error}): alerts cannot be sent", PROOF)
    except PlatformBusy:
        todo = "Look whether this machine reaches login.microsoftonline.com (in a government cloud: .us)."
        return Line(Mark.BAD, "Microsoft's sign-in does not answer: alerts cannot be sent", todo)
    return Line(Mark.GOOD, "token of the bot: given")


async def _teams(connected: Connection, store: Store, session: ClientSession, tokens: Tokens) -> AsyncIterator[Line]:
    workspace = workspace_named(connected.tenant)
    names = await store.read(lambda tx: conversations.team_names(tx, workspace))
    if not names:
        yield Line(
            Mark.LOOK,
            "nothing has come from any team yet",
            "Add Chaperone to a team. If it is in one, look whether the bot's messaging endpoint is "
            "https://(this server)/api/messages.",
        )
        return
    if not connected.graph_url:
        yield Line(Mark.LOOK, "Microsoft Graph is switched off (TEAMS_GRAPH): what is missed cannot be read back")
        return
    graph = Graph(session, connected)
    where = Whereabouts(store, Connector(session, tokens, connected.cloud, Pace()))
    try:
        async for line in _consents(connected, store, graph, where, names):
            yield line
        if connected.may_block:
            yield await _blocking(graph)
    finally:
        await graph.close()


async def _consents(
    connected: Connection, store: Store, graph: Graph, where: Whereabouts, names: Mapping[str, str]
) -> AsyncIterator[Line]:
    workspace = workspace_named(connected.tenant)
    for place in await store.read(lambda tx: conversations.teams_of(tx, workspace, limit=MOST_TEAMS)):
        name = names.get(place.conversation, place.conversation)
        try:
            group = await where.group(ChannelRef(workspace, ChannelId(place.conversation)), place)
            granted = {
                text(each, "permission")
                async for each in graph.pages(f"/teams/{group}/permissionGrants")
                if text(each, "clientAppId").lower() == connected.app_id
            }
        except Unable:
            yield Line(
                Mark.LOOK, f"team {name}: whether its owner consented cannot be looked up ({READ_GRANTS})", AGAIN
            )
        except Undeliverable:
            yield Line(
                Mark.LOOK,
                f"team {name}: Chaperone is no longer in it, or it is gone",
                "Add it again, or close its channels.",
            )
        except (PlatformBusy, TokenRefused) as error:
            yield Line(
                Mark.LOOK, f"Microsoft Graph does not answer ({type(error).__name__}): consent was not looked up"
            )
            return
        else:
            for line in _consent(name, granted):
                yield line


async def _blocking(graph: Graph) -> Line:
    """Whether reviewers can block messages, as far as our own token tells."""
    try:
        consented = await graph.consented()
    except (PlatformBusy, TokenRefused) as error:
        return Line(Mark.LOOK, f"Microsoft Graph gives no token ({type(error).__name__}): blocking was not looked up")
    if consented is None:
        return Line(Mark.LOOK, f"blocking messages: whether the administrator consented ({BLOCK}) cannot be looked up")
    if BLOCK not in consented:
        return Line(
            Mark.BAD,
            f"blocking messages is switched on (TEAMS_BLOCKING), and {BLOCK} is missing",
            "An administrator adds it in the registration (API permissions, Microsoft Graph, Application permissions) "
            "and presses Grant admin consent. Or unset TEAMS_BLOCKING.",
        )
    return Line(
        Mark.GOOD, "blocking messages: the administrator consented; the first block shows whether the licence is there"
    )


def _consent(name: str, granted: set[str]) -> Iterator[Line]:
    if READ_MESSAGES not in granted:
        yield Line(
            Mark.BAD, f"team {name}: only messages that mention Chaperone arrive ({READ_MESSAGES} is missing)", AGAIN
        )
        return
    missing = [right for right in OF_A_TEAM if right.name not in granted]
    if not missing:
        yield Line(Mark.GOOD, f"team {name}: its owner consented to all that is asked for")
    for right in missing:
        yield Line(Mark.LOOK, f"team {name}: {right.name} is missing, and so {right.without}", AGAIN)


def _heard(tx: Transaction) -> Iterator[Line]:
    """Whether messages that mention nobody of ours come from the channels on the register."""
    channels = [
        c for c in tx.registry.channels() if c.is_read and platform_of(WorkspaceId(c.ref.workspace)) == PLATFORM
    ]
    silent = [channel for channel in channels if not _is_heard(tx, channel)]
    for channel in silent:
        yield Line(
            Mark.LOOK,
            f"{channel.name}: no message without a mention has come from there yet",
            "Write one there that does not mention Chaperone, and run doctor again. If it still says so, the team's "
            "owner did not consent, or Chaperone was not added to a private or shared channel.",
        )
    if channels and not silent:
        yield Line(Mark.GOOD, f"messages without a mention have come from all {len(channels)} channels on the register")


def _is_heard(tx: Transaction, channel: Channel) -> bool:
    known = conversations.room(tx, channel.ref)
    return known is not None and known.unmentioned_at is not None
