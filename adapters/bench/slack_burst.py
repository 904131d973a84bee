"""A burst of signed events through Slack's door."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator

from adapters.bench.burst import AT_ONCE, AUTHOR, COPIES, EVENTS, TEXTS, Burst, Door, burst_through
from bot.ids import ChannelId, ChannelRef, WorkspaceId

SECRET = "bench-signing-secret"  # noqa: S105 - of a server that nobody else reaches
TEAM, CHANNEL = "T0BENCH", "C0BENCH"


def slack_burst(events: int = EVENTS, at_once: int = AT_ONCE) -> Burst:
    """Sends them all, some twice under another id."""
    return burst_through(_door(), events, at_once)


def _door() -> Door:
    return Door(
        platform="Slack",
        route="/slack/events",
        settings={
            "slack_bot_token": "xoxb-bench",
            "slack_signing_secret": SECRET,
            "slack_api_url": "http://127.0.0.1:9/",
        },
        channel=ChannelRef(WorkspaceId(f"slack:{TEAM}"), ChannelId(CHANNEL)),
        bodies=_bodies,
        headers=_headers,
    )


def _bodies(events: int) -> Iterator[bytes]:
    """Each message once, and some of them again under another event id."""
    began = int(time.time())
    for number in range(events):
        ts = f"{began - events + number}.{number:06d}"
        for copy in range(2 if number % COPIES == 0 else 1):
            yield _body(ts, TEXTS[number % len(TEXTS)], f"Ev{number}x{copy}")


def _body(ts: str, text: str, event_id: str) -> bytes:
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "event_id": event_id,
            "event_time": int(float(ts)),
            "is_ext_shared_channel": False,
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
            "event": {
                "type": "message",
                "user": AUTHOR,
                "text": text,
                "ts": ts,
                "event_ts": ts,
                "channel": CHANNEL,
                "channel_type": "channel",
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
                    }
                ],
            },
        }
    ).encode()


def _headers(body: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
    }
