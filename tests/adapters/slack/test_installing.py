"""Many workspaces let Chaperone in, each by itself; who may not, comes late or from elsewhere reads why."""

import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict
from yarl import URL

from adapters.settings import load_settings
from adapters.slack import install_pages as pages
from adapters.slack.client import Failed
from adapters.slack.installations import Installations
from adapters.slack.installing import COOKIE, INSTALL, REDIRECT
from adapters.slack.rights import SCOPES
from adapters.slack.states import MOST, States
from adapters.storage import open_store
from adapters.wiring import House, build
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Ability, Transaction
from bot.records.gaps import Blindness
from bot.records.registry import Channel, ChannelState, Person
from policy.message import ChannelKind, Role
from policy.verdict import PackId
from policy.words import Lang
from tests.adapters.playground.page import shelf
from tests.fakes import FakeClock
from tests.standins.slack_oauth import CLIENT_ID, CLIENT_SECRET, SlackOAuth
from tests.standins.slack_sender import SECRET, SlackSender
from tests.standins.slack_web import SlackWeb
from tests.standins.slack_world import TEAM, World

OTHER_TEAM, ORGANISATION = "TMERIDIAN", "EDISTRICT"
WORKSPACE = WorkspaceId(f"slack:{TEAM}")
CLUB = ChannelRef(WORKSPACE, ChannelId("C0CLUB"))
OPERATOR = Person(ref=PersonRef(WORKSPACE, PersonId("UADMIN")), name="Ada", role=Role.STAFF, is_operator=True)


@dataclass
class Server:
    """The whole product, a browser, and Slack."""

    house: House
    base: URL
    browser: ClientSession
    slack: SlackOAuth
    web: SlackWeb
    sender: SlackSender

    async def begin(self, browser: ClientSession | None = None) -> URL:
        """Opens the first page; returns where its button leads."""
        async with (browser or self.browser).get(self.base.join(URL(INSTALL))) as page:
            assert page.status == 200
            text = await page.text()
        found = re.search(r'href="(https?://[^"]+)"', text)
        assert found
        return URL(found[1].replace("&amp;", "&"), encoded=True)

    async def finish(self, link: URL, browser: ClientSession | None = None) -> tuple[int, str]:
        """Goes to Slack, and wherever it leads."""
        async with (browser or self.browser).get(link) as page:
            return page.status, await page.text()

    async def install(self) -> tuple[int, str]:
        return await self.finish(await self.begin())

    async def says(self, event: dict[str, object], *, team: str = TEAM, at: int = 0) -> None:
        """Slack tells the app something."""
        body = {"type": "event_callback", "team_id": team, "api_app_id": "A1", "event_id": "Ev1", "event": event}
        now = int(self.sender.clock())
        assert (await self.sender.event({**body, "event_time": at or now})).status == 200

    async def tokens(self, team: str = TEAM) -> str:
        return await Installations(self.house.core.store, self.house.core.keys).bot(team)


@asynccontextmanager
async def a_server(
    folder: Path, *, teams: str = f"{TEAM},{OTHER_TEAM}", secret: str = CLIENT_SECRET
) -> AsyncIterator[Server]:
    world = World(time.time)
    slack = SlackOAuth(world)
    web = SlackWeb(world, beside=(slack.add_routes,))
    async with web.serving(), AsyncExitStack() as running:
        house = await build(
            load_settings(
                state=folder / "state",
                playground=False,
                slack_signing_secret=SECRET,
                slack_client_id=CLIENT_ID,
                slack_client_secret=secret,
                slack_teams=teams,
                slack_api_url=web.api,
            ),
            shelf(),
        )
        running.push_async_callback(house.close)
        server = TestServer(house.app, host="127.0.0.1")
        await server.start_server()
        running.push_async_callback(server.close)
        base = server.make_url("/")
        slack.redirect = str(base.join(URL(REDIRECT)))
        browser = await running.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        sender = SlackSender(browser, str(base.join(URL("/slack/events"))), world.clock)
        yield Server(house, base, browser, slack, web, sender)
        assert web.complaints == []


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with a_server(tmp_path) as made:
        yield made


def reads(text: str, page: pages.Page) -> bool:
    """Whether the page stands there in both languages."""
    return all(page.title(lang).partition("{")[0] in text for lang in Lang)


async def test_a_workspace_lets_chaperone_in_and_its_token_is_kept_sealed(server: Server, tmp_path: Path) -> None:
    status, text = await server.install()

    [token] = server.slack.tokens
    assert (status, "Larkfield" in text) == (200, True)
    assert reads(text, pages.DONE)
    assert await server.tokens() == token
    files = [file for file in (tmp_path / "state").iterdir() if file.name.startswith("chaperone.db")]
    assert files
    assert [file.name for file in files if token.encode() in file.read_bytes()] == []


async def test_slack_is_asked_for_the_manifests_rights_and_nothing_else(server: Server) -> None:
    await server.install()

    [asked] = server.slack.asked
    assert set(asked["scope"].split(",")) == {scope.name for scope in SCOPES}
    assert set(asked) == {"client_id", "scope", "state"}


async def test_each_workspace_has_its_own_token_rights_and_links(server: Server) -> None:
    platform = server.house.core.platforms(WORKSPACE)
    await server.install()
    server.slack.answer = {"team": {"id": OTHER_TEAM, "name": "Meridian"}, "enterprise": None}
    server.slack.scopes = frozenset(scope.name for scope in SCOPES) - {"groups:write"}
    await server.install()

    one, two = await server.tokens(), await server.tokens(OTHER_TEAM)
    assert one != two
    assert Ability.INVITE in platform.abilities(WORKSPACE)
    assert Ability.INVITE not in platform.abilities(WorkspaceId(f"slack:{OTHER_TEAM}"))
    assert Ability.REMOVE_MESSAGE not in platform.abilities(WORKSPACE)


async def test_an_event_costs_no_question_to_slack(server: Server) -> None:
    await server.install()
    before = len(server.web.calls)

    for number in range(5):
        await server.says({"type": "message", "channel": "C1", "user": "U1", "text": "hello", "ts": f"{number + 1}.0"})

    assert server.web.calls[before:] == []


async def test_somebody_who_says_no_reads_that_nothing_was_changed(server: Server) -> None:
    server.slack.error = "access_denied"

    status, text = await server.install()

    assert status == 403
    assert reads(text, pages.DENIED)
    assert server.slack.tokens == []


async def test_a_request_to_install_is_good_once(server: Server) -> None:
    link = await server.begin()
    cookies = server.browser.cookie_jar.filter_cookies(server.base.join(URL(REDIRECT)))
    assert (await server.finish(link))[0] == 200
    server.browser.cookie_jar.update_cookies(cookies, server.base.join(URL(REDIRECT)))

    status, text = await server.finish(link)

    assert status == 400
    assert reads(text, pages.EXPIRED)
    assert len(server.slack.tokens) == 1


async def test_it_must_be_finished_in_the_browser_in_which_it_was_begun(server: Server) -> None:
    link = await server.begin()

    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as other:
        without = await server.finish(link, other)
        await server.begin(other)
        with_its_own = await server.finish(link, other)

    for status, text in (without, with_its_own):
        assert status == 400
        assert reads(text, pages.OTHER_BROWSER)
    assert server.slack.tokens == []
    assert (await server.finish(link))[0] == 200


@pytest.mark.parametrize(
    ("refusal", "page"),
    [
        ("bad_client_secret", pages.WRONG_CLIENT),
        ("invalid_client_id", pages.WRONG_CLIENT),
        ("invalid_code", pages.EXPIRED),
        ("code_already_used", pages.EXPIRED),
        ("something_new", pages.REFUSED),
    ],
)
async def test_what_slack_says_no_to_is_a_page_for_a_person(server: Server, refusal: str, page: pages.Page) -> None:
    server.slack.refusal = refusal

    status, text = await server.install()

    assert status == page.status
    assert reads(text, page)
    assert "Traceback" not in text


async def test_another_apps_secret_is_told_as_such(tmp_path: Path) -> None:
    async with a_server(tmp_path, secret="another") as server:
        status, text = await server.install()

    assert (status, reads(text, pages.WRONG_CLIENT)) == (502, True)


async def test_a_workspace_that_the_district_did_not_name_is_refused_and_its_token_given_back(server: Server) -> None:
    server.slack.answer = {"team": {"id": "TSTRANGER", "name": "<b>Stranger</b>"}, "enterprise": None}

    status, text = await server.install()

    [token] = server.slack.tokens
    assert (status, "TSTRANGER" in text, "<b>" in text) == (403, True, False)
    assert server.web.world.tokens[token].is_revoked
    with pytest.raises(Failed):
        await server.tokens("TSTRANGER")


async def test_a_whole_organisation_may_be_named_but_is_let_in_one_workspace_at_a_time(tmp_path: Path) -> None:
    async with a_server(tmp_path, teams=ORGANISATION) as server:
        server.slack.answer = {"team": {"id": TEAM, "name": "Larkfield"}, "enterprise": {"id": ORGANISATION}}
        one = await server.install()
        server.slack.answer = {"team": None, "enterprise": {"id": ORGANISATION}, "is_enterprise_install": True}
        whole = await server.install()

        assert (one[0], whole[0]) == (200, 400)
        assert reads(whole[1], pages.ORGANISATION)
        assert server.web.world.tokens[server.slack.tokens[1]].is_revoked


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?state=%00&code=%ff", "?error=<script>alert(1)</script>"]
)
async def test_whoever_comes_without_having_begun_reads_so(server: Server, query: str) -> None:
    status, text = await server.finish(server.base.join(URL(REDIRECT + query, encoded=True)))

    assert status == 400
    assert reads(text, pages.OTHER_BROWSER)
    assert "<script>" not in text


async def test_the_cookie_is_for_tls_unless_the_browser_speaks_plainly_to_this_machine(server: Server) -> None:
    cases = {"127.0.0.1": False, "localhost:8080": False, "chaperone.example.org": True, "[::": True}
    for host, is_secure in cases.items():
        async with server.browser.get(server.base.join(URL(INSTALL)), headers={"Host": host}) as page:
            header = page.headers["Set-Cookie"]
        assert ("Secure" in header) is is_secure, host
        assert "HttpOnly" in header
        assert "SameSite=Lax" in header
        assert f"Path={REDIRECT}" in header
    behind = CIMultiDict({"Host": "127.0.0.1", "X-Forwarded-Proto": "https"})
    async with server.browser.get(server.base.join(URL(INSTALL)), headers=behind) as page:
        assert "Secure" in page.headers["Set-Cookie"]
        assert page.headers["Set-Cookie"].startswith(f"{COOKIE}=")


async def test_the_pages_run_no_script_and_are_kept_nowhere(server: Server) -> None:
    async with server.browser.get(server.base.join(URL(INSTALL))) as page:
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        assert "<script" not in await page.text()


def with_a_channel(tx: Transaction) -> None:
    tx.registry.save_person(OPERATOR)
    tx.registry.save_channel(
        Channel(ref=CLUB, name="club", kind=ChannelKind.CLUB, pack=PackId("crec"), state=ChannelState.APPROVED,
                owner=OPERATOR.ref)
    )  # fmt: skip


async def gaps(server: Server) -> list[Blindness]:
    found = await server.house.core.store.read(lambda tx: tx.coverage.gaps(CLUB))
    return [gap.why for gap in found if gap.ended_at is None]


@pytest.mark.parametrize("both", [False, True])
async def test_a_workspace_that_takes_chaperone_out_is_a_gap_of_which_operators_are_told(
    server: Server, *, both: bool
) -> None:
    store = server.house.core.store
    await server.install()
    await store.write(with_a_channel)

    await server.says({"type": "app_uninstalled"})
    if both:
        await server.says({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UCHAPERONE"]}})

    assert await gaps(server) == [Blindness.UNSUBSCRIBED]
    with pytest.raises(Failed):
        await server.tokens()
    names = await store.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    assert (names.count("workspace:app:installed"), names.count("workspace:app:removed")) == (1, 1)
    owed = await store.read(lambda tx: tx.outbox.counts())
    assert owed.waiting + owed.leased == 1

    await server.install()

    assert await gaps(server) == []
    assert await server.tokens() == server.slack.tokens[-1]


async def test_what_slack_says_late_of_a_departure_undoes_no_newer_installation(server: Server) -> None:
    await server.install()
    await server.house.core.store.write(with_a_channel)

    await server.says({"type": "app_uninstalled"}, at=int(server.sender.clock()) - 3_600)

    assert await server.tokens()
    assert await gaps(server) == []


async def test_somebody_who_withdraws_their_own_token_takes_nothing_out(server: Server) -> None:
    await server.install()

    await server.says({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})

    assert await server.tokens()


async def test_a_state_is_good_for_ten_minutes_and_old_ones_go(tmp_path: Path) -> None:
    clock = FakeClock()
    store = await open_store(f"sqlite:///{tmp_path / 'chaperone.db'}", clock)
    states = States(store)
    early, late = await states.new(), await states.new()

    clock.pass_(minutes=9, seconds=59)
    in_time = await states.spend(early)
    clock.pass_(seconds=1)

    assert (in_time, await states.spend(late), await states.spend("of nobody")) == (True, False, False)
    await store.close()


async def test_whoever_asks_for_page_after_page_fills_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.states.MOST", 5)
    clock = FakeClock()
    store = await open_store(f"sqlite:///{tmp_path / 'chaperone.db'}", clock)
    states = States(store)
    made = []
    for _ in range(8):
        clock.pass_(seconds=1)
        made.append(await states.new())

    assert [await states.spend(state) for state in made] == [False] * 3 + [True] * 5
    assert MOST > 5
    await store.close()
