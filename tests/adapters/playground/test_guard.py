"""What the playground refuses, and how it says so."""

import json
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio

from tests.adapters.playground.conftest import at_work
from tests.adapters.playground.page import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """One house for all of these: what is refused leaves nothing behind."""
    async with at_work(tmp_path_factory.mktemp("guard")) as (_, opened):
        yield opened


POST = "api/as/darrow/channels/track-team/messages"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_page_cannot_post(page: Page, site: str) -> None:
    before = await page.messages("darrow", "track-team")

    status, words = await page.error("POST", POST, json={"text": "x"}, headers={"Sec-Fetch-Site": site})

    assert status == 403
    assert "another page" in words["en"]
    assert await page.messages("darrow", "track-team") == before


async def test_another_origin_cannot_post_even_where_the_browser_tells_no_more(page: Page) -> None:
    status, _ = await page.error("POST", POST, json={"text": "x"}, headers={"Origin": "https://evil.example.org"})

    assert status == 403


async def test_another_page_cannot_read_but_may_link_to_the_playground(page: Page) -> None:
    status, _ = await page.error("GET", "api/start", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"})
    async with page.session.get("", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}) as response:
        assert response.status == 200

    assert status == 403


async def test_a_name_that_somebody_points_at_this_machine_does_not_count(page: Page) -> None:
    status, _ = await page.error("GET", "api/start", headers={"Host": "evil.example.org:8080"})

    assert status == 403


async def test_every_answer_carries_the_headers(page: Page) -> None:
    for path in ("", "api/start", "api/none", "page/script/main.js", "page/none.js"):
        async with page.session.get(path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"]


async def test_the_page_holds_no_script_and_no_style_of_its_own(page: Page) -> None:
    async with page.session.get("") as response:
        html = await response.text()

    assert "<style" not in html
    assert "style=" not in html
    assert html.count("<script") == html.count("<script src=") + html.count('<script type="module" src=')


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b'{"text":' + b'{"a":' * 50_000, "application/json", 400),
        (b'{"text": "\\ud800"}', "application/json", 400),
        (b'{"text": "\xff"}', "application/json", 400),
        (b'{"text": 7}', "application/json", 400),
        (b'{"text": "x", "more": 1}', "application/json", 400),
        (b'{"text": "x"}', "text/plain", 415),
        (b'{"text": "' + b"x" * 2_000_000 + b'"}', "application/json", 413),
        (b"--x\r\nnot a form", "multipart/form-data; boundary=x", 400),
        (b"--x", "multipart/form-data", 400),
    ],
)
async def test_what_cannot_be_read_is_refused_in_words(page: Page, content: bytes, kind: str, expected: int) -> None:
    status, words = await page.error("POST", POST, data=BytesIO(content), headers={"Content-Type": kind})

    assert status == expected
    assert set(words) == {"en", "es"}
    assert all(words.values())


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "api/none", 404),
        ("GET", "page/../seed.yml", 404),
        ("PUT", POST, 405),
        ("GET", "api/as/nobody", 409),
        ("GET", "api/as/darrow/channels/none/messages", 409),
        ("GET", "api/as/darrow/channels/track-team/messages?before=x", 400),
        ("GET", "api/as/darrow/channels/track-team/threads/none", 409),
        ("GET", "api/as/darrow/files/none", 409),
        ("GET", "api/as/darrow/live?after=x", 400),
        ("GET", "api/as/nobody/live?after=playground:larkfield/1", 409),
        ("DELETE", "api/as/darrow/messages/none", 409),
    ],
)
async def test_what_is_not_there_is_said_in_words(page: Page, method: str, path: str, expected: int) -> None:
    status, words = await page.error(method, path)

    assert status == expected
    assert set(words) == {"en", "es"}


@pytest.mark.timeout(120)
async def test_naughty_strings_come_back_as_they_were(page: Page) -> None:
    naughty = json.loads((Path(__file__).parent / "naughty.json").read_text(encoding="utf-8"))
    assert len(naughty) > 10

    for text in naughty:
        message = await page.post("darrow", "track-team", text)
        [*_, last] = await page.messages("tobin", "track-team")
        assert (last["id"], last["text"]) == (message, text)


async def test_asking_changes_nothing(page: Page) -> None:
    before = (await page.get("api/as/darrow"))["position"]
    for path in ("api/start", "api/as/darrow/commands", "api/as/darrow/channels/track-team/messages"):
        await page.get(path)

    assert (await page.get("api/as/darrow"))["position"] == before
