"""To which address a file's bytes are asked for, and what is no file."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.client import Failed, Slack
from adapters.slack.files import fetched, is_slacks
from bot.errors import FileTooLarge
from tests.standins.slack_web import SlackWeb
from tests.standins.slack_world import BOT_TOKEN, TEAM, World


class OneToken:
    async def teams(self) -> tuple[str, ...]:
        return (TEAM,)

    async def bot(self, team: str) -> str:
        assert team == TEAM
        return BOT_TOKEN

    async def admin(self, team: str) -> None:
        del team


@pytest.fixture
async def web() -> AsyncIterator[SlackWeb]:
    async with SlackWeb(World()).serving() as serving:
        yield serving
    assert serving.complaints == []


@pytest.fixture
async def slack(web: SlackWeb) -> AsyncIterator[Slack]:
    made = Slack(OneToken(), base_url=web.api)
    yield made
    await made.close()


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T0-F0/download/meet.jpg",
        "https://files.slack-gov.com/files-pri/T0-F0/meet.jpg",
        "http://127.0.0.1:8080/files-pri/F0",
    ],
)
def test_slacks_own_hosts_are_asked(url: str) -> None:
    assert is_slacks(url, "http://127.0.0.1:8080/api/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://files.slack.com/files-pri/x",
        "https://files.slack.com.example.org/x",
        "https://files.slack.com@example.org/x",
        "https://me:secret@files.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://drive.example.org/meet.jpg",
        "http://127.0.0.1:8081/files-pri/F0",
        "file:///etc/hostname",
        "https://[broken",
    ],
)
def test_no_other_host_is_shown_the_token(url: str) -> None:
    assert not is_slacks(url, "http://127.0.0.1:8080/api/")


async def test_a_page_to_sign_in_is_no_file(web: SlackWeb, slack: Slack) -> None:
    web.world.files["F0000001"] = b"\n <!DOCTYPE html><title>Slack</title>"

    with pytest.raises(Failed, match="sign in"):
        await fetched(slack, TEAM, "F0000001", at_most=1_000)


async def test_what_is_kept_elsewhere_is_not_fetched(web: SlackWeb, slack: Slack) -> None:
    web.world.files["F0000001"] = b"picture"
    web.world.address = "https://drive.example.org/"

    with pytest.raises(Failed, match="not Slack's own"):
        await fetched(slack, TEAM, "F0000001", at_most=1_000)


async def test_a_file_that_says_it_is_smaller_than_it_is_is_not_read_to_its_end(web: SlackWeb, slack: Slack) -> None:
    web.world.files["F0000001"] = b"x" * 100

    with pytest.raises(FileTooLarge):
        await slack.download(TEAM, f"{web.url}files-pri/F0000001", at_most=99)
