"""What `chaperone doctor` says of Slack: the rights that were granted beside the manifest, the channels that Chaperone
is in beside the register, and what to do."""

from collections.abc import AsyncIterator, Collection, Iterator
from typing import Any

import aiohttp

from adapters.commandline.lines import Line, Mark
from adapters.keys import MasterKeys, master_key
from adapters.settings import BadSettings, Settings
from adapters.slack.client import Failed, Installation, Slack
from adapters.slack.connection import Connection, OneWorkspace, connection
from adapters.slack.events import PLATFORM
from adapters.slack.installations import Installations
from adapters.slack.rights import REMOVING, SCOPES, required
from adapters.slack.tickets import NotNow, Tickets
from adapters.storage import open_store
from bot.errors import ChaperoneError, PlatformBusy
from bot.ids import WorkspaceId
from bot.ports import Store
from bot.records.registry import Channel

AGAIN = "Run `chaperone manifest slack`, paste it as the app's manifest, install the app again, and set its new token."
NOBODY_YET = Line(Mark.LOOK, "no workspace has installed Chaperone yet", "Open /slack/install in a browser.")
PATIENCE = 30.0
MOST_NAMED = 10


async def slack_lines(settings: Settings) -> AsyncIterator[Line]:
    """All that can be seen of Slack from here."""
    try:
        connected = connection(settings)
    except BadSettings as error:
        yield Line(Mark.BAD, "Slack: half connected", str(error))
        return
    if connected is None:
        yield Line(Mark.LOOK, "Slack: not connected", "docs/slack.md connects it in ten minutes.")
        return
    try:
        store = await open_store(settings.database)
    except ChaperoneError:
        return  # said already
    try:
        for line in _ways_in(connected):
            yield line
        if connected.app_token:
            yield await _socket(connected)
        async for line in _workspaces(settings, connected, store):
            yield line
        if not settings.domains.staff and not await store.read(lambda tx: list(tx.roster.people())):
            yield Line(
                Mark.LOOK,
                "nobody counts as staff but the workspace's administrators",
                "Bring in the roster (chaperone roster import), or set CHAPERONE_STAFF_EMAIL=district.example.org.",
            )
    except ChaperoneError as error:
        yield Line(Mark.BAD, "Slack could not be looked at", str(error))
    finally:
        await store.close()


def _ways_in(connected: Connection) -> Iterator[Line]:
    if connected.signing_secret:
        yield Line(Mark.GOOD, "Slack calls /slack/events, and proves by the signing secret that it is Slack")
    if connected.client is not None and not connected.client.teams:
        yield Line(
            Mark.BAD,
            "no workspace may install Chaperone",
            "Set CHAPERONE_SLACK_TEAMS to the ids of the district's workspaces (T…): /slack/install tells each its id.",
        )


async def _socket(connected: Connection) -> Line:
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10), trust_env=True) as http:
            await Tickets(connected.app_token, connected.api_url).new(http)
    except NotNow:
        return Line(
            Mark.BAD,
            "Socket Mode: Slack gives no connection for SLACK_APP_TOKEN",
            "On the app's page switch Socket Mode on, and make an app-level token with connections:write.",
        )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Line(Mark.LOOK, f"Socket Mode: Slack does not answer ({type(error).__name__})", _reach(connected))
    return Line(Mark.GOOD, "Socket Mode: Slack gives a connection")


async def _workspaces(settings: Settings, connected: Connection, store: Store) -> AsyncIterator[Line]:
    tokens: OneWorkspace | Installations = OneWorkspace(connected)
    if connected.client is not None:
        given, file = settings.key.get_secret_value() if settings.key else None, settings.state / "chaperone.key"
        if not given and not file.exists():
            yield NOBODY_YET
            return
        tokens = Installations(store, MasterKeys(master_key(given, file)))
    slack = Slack(tokens, base_url=connected.api_url)
    try:
        teams = await tokens.teams()
        if not teams:
            yield NOBODY_YET
        for team in teams:
            async for line in _workspace(slack, team, connected, store):
                yield line
    finally:
        await slack.close()


async def _workspace(slack: Slack, team: str, connected: Connection, store: Store) -> AsyncIterator[Line]:
    name = f"workspace {team}" if team else "the workspace of SLACK_BOT_TOKEN"
    try:
        found = await slack.look_up(team)
    except Failed as refused:
        token = "SLACK_BOT_TOKEN" if not team else "its token"
        todo = f"Slack says “{refused.reason}” of {token}. Install the app again" + (
            " and set the new token." if not team else " at /slack/install."
        )
        yield Line(Mark.BAD, f"Slack does not know Chaperone in {name}", todo)
        return
    except (PlatformBusy, ChaperoneError) as error:
        yield Line(Mark.LOOK, f"Slack does not answer for {name} ({type(error).__name__})", _reach(connected))
        return
    yield Line(Mark.GOOD, f"Slack knows Chaperone in {found.url or found.team}")
    for line in rights_lines(found.scopes):
        yield line
    if connected.admin_token:
        yield await _administrator(slack, found)
    async for line in _channels(slack, found, connected, store):
        yield line


def rights_lines(granted: Collection[str]) -> Iterator[Line]:
    """What was granted beside what the manifest asks for."""
    lacking = sorted(required() - set(granted))
    optional = [scope for scope in SCOPES if scope.without and scope.name not in granted]
    more = sorted(set(granted) - {scope.name for scope in SCOPES})
    if lacking:
        yield Line(Mark.BAD, f"rights that were not granted: {', '.join(lacking)}", AGAIN)
    for scope in optional:
        yield Line(Mark.LOOK, f"without {scope.name} {scope.without}", AGAIN)
    if more:
        todo = "Nothing of Chaperone's needs them. Another installation from the manifest takes them back."
        yield Line(Mark.LOOK, f"rights beyond the manifest: {', '.join(more)}", todo)
    if not (lacking or optional or more):
        yield Line(Mark.GOOD, f"rights: the {len(SCOPES)} of the manifest")


async def _administrator(slack: Slack, found: Installation) -> Line:
    try:
        answer = await slack.call(found.team, "auth.test", as_admin=True, patience=PATIENCE)
    except ChaperoneError as error:
        todo = "Take it anew from the app's page, or unset it."
        return Line(Mark.BAD, f"SLACK_ADMIN_TOKEN does not work ({error})", todo)
    scopes = {word.strip() for word in str(answer.get("scopes", "")).split(",")}
    if answer.get("team_id") != found.team or REMOVING.name not in scopes:
        todo = "It must be a user token (xoxp-…) of this workspace: `chaperone manifest slack --removal` asks for it."
        return Line(Mark.BAD, "SLACK_ADMIN_TOKEN cannot remove messages here", todo)
    return Line(Mark.GOOD, "a reviewer may have a message removed, by an administrator's token")


async def _channels(slack: Slack, found: Installation, connected: Connection, store: Store) -> AsyncIterator[Line]:
    try:
        is_in = await _is_in(slack, found.team)
    except ChaperoneError as error:
        yield Line(Mark.LOOK, f"which channels Chaperone is in could not be asked ({error})", AGAIN)
        return
    workspace = WorkspaceId(f"{PLATFORM}:{found.team}")
    registered = await store.read(lambda tx: [c for c in tx.registry.channels(workspace) if c.state.is_read])
    missing = [channel for channel in registered if channel.ref.channel not in is_in]
    for channel in missing:
        seen = f"#{_name(channel)} is registered and Chaperone is not in it"
        yield Line(Mark.BAD, seen, "Type /invite @Chaperone there.")
    known = {str(channel.ref.channel) for channel in registered} | {connected.alerts}
    strange = sorted(name for id_, name in is_in.items() if id_ not in known)
    if strange:
        names = ", ".join(f"#{name}" for name in strange[:MOST_NAMED]) + (" …" if len(strange) > MOST_NAMED else "")
        todo = "Nothing there is read. Their owners type /policy register there, or /remove @Chaperone."
        yield Line(Mark.LOOK, f"in {len(strange)} channels that nobody registered: {names}", todo)
    if connected.alerts and connected.alerts not in is_in:
        todo = "Type /invite @Chaperone there, or unset the variable."
        yield Line(Mark.BAD, "Chaperone is not in the channel of CHAPERONE_SLACK_ALERTS_CHANNEL", todo)
    if not missing:
        yield Line(Mark.GOOD, f"channels: in all {len(registered)} that are registered here")


async def _is_in(slack: Slack, team: str) -> dict[str, str]:
    """The channels that Chaperone is in, by id."""
    pages = slack.pages(
        team,
        "users.conversations",
        patience=PATIENCE,
        types="public_channel,private_channel",
        exclude_archived=True,
        limit=200,
    )
    found: list[dict[str, Any]] = [each async for page in pages for each in page.get("channels", ())]
    return {str(each["id"]): str(each.get("name", "")) for each in found}


def _name(channel: Channel) -> str:
    return channel.name or str(channel.ref.channel)


def _reach(connected: Connection) -> str:
    return f"From here {connected.api_url} must be reachable; a proxy is taken from HTTPS_PROXY."
