"""What the settings must say to connect Slack; half a connection is refused at the start, with what to do."""

import pytest

from adapters.settings import BadSettings, load_settings
from adapters.slack.connection import connection

TOKEN, SIGNING, APP = {"slack_bot_token": "xoxb-1"}, {"slack_signing_secret": "s"}, {"slack_app_token": "xapp-1"}
CLIENT = {"slack_client_id": "1.2", "slack_client_secret": "c", "slack_teams": "T1, E2,"}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (SIGNING, "SLACK_BOT_TOKEN is not"),
        (APP, "SLACK_APP_TOKEN is set and SLACK_BOT_TOKEN is not"),
        (TOKEN, "SLACK_SIGNING_SECRET is not set"),
        (CLIENT, "SLACK_SIGNING_SECRET is not set"),
        (TOKEN | SIGNING | CLIENT, "Unset one of them"),
        (SIGNING | CLIENT | {"slack_admin_token": "xoxp-1"}, "SLACK_ADMIN_TOKEN"),
        (SIGNING | {"slack_client_id": "1.2"}, "go together"),
        (SIGNING | {"slack_client_secret": "c"}, "go together"),
        ({"slack_bot_token": "xoxp-1"} | SIGNING, "begins with xoxb-"),
        (TOKEN | {"slack_app_token": "xoxb-1"}, "begins with xapp-"),
        (TOKEN | SIGNING | {"slack_api_url": "http://slack.example.org/api/"}, "SLACK_API_URL"),
    ],
)
def test_half_a_connection_is_refused_with_what_to_do(given: dict[str, str], word: str) -> None:
    with pytest.raises(BadSettings) as refused:
        connection(load_settings(**given))

    assert word in str(refused.value)
    assert not [value for value in given.values() if value in str(refused.value) and value.startswith("xox")]


@pytest.mark.parametrize("given", [TOKEN | SIGNING, TOKEN | APP, TOKEN | SIGNING | APP, CLIENT | SIGNING, CLIENT | APP])
def test_each_way_to_connect_is_understood(given: dict[str, str]) -> None:
    made = connection(load_settings(**given))

    assert made is not None
    assert (made.client is None) is ("slack_bot_token" in given)
    assert bool(made.app_token) is ("slack_app_token" in given)


def test_nothing_said_is_no_connection_and_workspaces_are_read_one_by_one() -> None:
    made = connection(load_settings(**(CLIENT | SIGNING | {"slack_api_url": "https://slack-gov.com/api"})))

    assert connection(load_settings()) is None
    assert made is not None
    assert made.client is not None
    assert made.client.teams == {"T1", "E2"}
    assert made.client.authorize_url == "https://slack-gov.com/oauth/v2/authorize"
