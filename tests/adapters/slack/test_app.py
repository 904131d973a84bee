"""What Slack is told we received is in the inbox, once; everything else gets its right answer."""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.slack.receiving import Missed
from adapters.storage.transaction import SqlTransaction
from bot.errors import StoreUnavailable
from bot.events import Event, Posted, decode
from bot.ids import MessageId, MessageRef, PersonId, PersonRef
from bot.inbox.intake import INBOX_PURPOSE
from bot.ports import Transaction
from bot.records.incidents import Incident, Origin, incident_id
from bot.records.registry import Person
from policy.message import Role
from tests.adapters.slack.at_door import BREACH, COACH, LARKFIELD, PRINCIPAL, TRACK, AtDoor, said
from tests.adapters.slack.payloads import names, recorded

POST = said(recorded("message").payload, BREACH)
MESSAGE = MessageRef(LARKFIELD, TRACK.channel, MessageId("1795190400.000100"))


def edit(text: str) -> dict[str, Any]:
    payload = recorded("message_changed").payload
    for key in ("message", "previous_message"):
        payload["event"][key].pop("blocks")
    payload["event"]["message"]["text"] = text
    payload["event"]["previous_message"]["text"] = BREACH
    return payload


def deletion() -> dict[str, Any]:
    payload = recorded("message_deleted").payload
    payload["event"]["previous_message"].pop("blocks")
    payload["event"]["previous_message"]["text"] = BREACH
    return payload


async def inbox(at: AtDoor) -> list[Event]:
    """What waits to be worked through."""

    def unit(tx: Transaction) -> list[bytes]:
        assert isinstance(tx, SqlTransaction)
        return list(tx.connection.scalars(sa.text("SELECT payload FROM inbox WHERE payload IS NOT NULL ORDER BY id")))

    sealed = await at.core.store.read(unit)
    return [decode(at.core.keys.open(bytes(each), purpose=INBOX_PURPOSE)) for each in sealed]


async def incident(at: AtDoor) -> Incident | None:
    await at.settle()
    return await at.core.store.read(lambda tx: tx.incidents.get(incident_id(MESSAGE)))


async def incidents(at: AtDoor) -> int:
    await at.settle()
    return sum((await at.core.store.read(lambda tx: tx.incidents.counts())).values())


class FailingStore:
    """Takes no writes for so many times."""

    def __init__(self, at: AtDoor, monkeypatch: pytest.MonkeyPatch, times: int, *, error: type[Exception]) -> None:
        self.left, self._write, self._error = times, at.core.store.write, error
        monkeypatch.setattr(at.core.store, "write", self.write)

    async def write(self, unit: Any) -> Any:
        if self.left:
            self.left -= 1
            raise self._error("words of a member: zqlwv")
        return await self._write(unit)


async def test_what_slack_was_told_we_received_is_in_the_inbox(at: AtDoor) -> None:
    answer = await at.slack.event(POST)

    assert (answer.status, answer.text) == (200, "")
    posted, shared = await inbox(at)
    assert isinstance(posted, Posted)
    assert posted.content.text == BREACH
    assert shared.kind == "shared"


@pytest.mark.parametrize("error", [StoreUnavailable, RuntimeError])
async def test_what_could_not_be_stored_is_not_received_and_comes_again(
    at: AtDoor, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    FailingStore(at, monkeypatch, 3, error=error)

    answers = await at.slack.deliver(POST)

    assert [answer.status for answer in answers] == [503 if error is StoreUnavailable else 500] * 3 + [200]
    assert await incidents(at) == 1
    assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}


async def test_a_request_that_failed_may_come_again_as_it_was(at: AtDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    FailingStore(at, monkeypatch, 1, error=StoreUnavailable)

    assert [(await at.slack.event(POST)).status for _ in range(2)] == [503, 200]


async def test_eleven_copies_under_fresh_ids_are_one_incident_and_one_alert_each(at: AtDoor) -> None:
    answers = await at.slack.copies(POST, 11)

    assert [answer.status for answer in answers] == [200] * 11
    assert await incidents(at) == 1
    assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}
    assert sum(notify for _, _, notify in at.district.platform.calls) == 2


@pytest.mark.parametrize("order", [*itertools.permutations(("post", "edit", "delete"))])
@pytest.mark.parametrize("is_settled_between", [False, True])
async def test_post_edit_and_deletion_in_any_order_and_repeated_are_one_incident(
    at: AtDoor, order: Sequence[str], is_settled_between: bool
) -> None:
    payloads = {"post": POST, "edit": edit(f"{BREACH} indeed"), "delete": deletion()}
    for what in order:
        for answer in await at.slack.copies(payloads[what], 11):
            assert answer.status == 200
        if is_settled_between:
            await at.settle()

    found = await incident(at)

    assert found is not None
    assert found.is_deleted
    assert not found.is_mended
    assert await incidents(at) == 1
    assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}
    assert sum(notify for _, _, notify in at.district.platform.calls) == 2
    evidence = await at.core.store.read(lambda tx: tx.incidents.evidence(found.id))
    assert sorted(each.what for each in evidence) == ["deleted", "edited", "posted"]


@pytest.mark.parametrize("order", [*itertools.permutations(("post", "edit"))])
async def test_a_breach_that_was_edited_away_is_mended_and_stays_as_evidence(at: AtDoor, order: Sequence[str]) -> None:
    payloads = {"post": POST, "edit": edit("nothing of the kind")}
    for what in order:
        await at.slack.copies(payloads[what], 3)

    found = await incident(at)

    assert found is not None
    assert found.is_mended
    assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}


async def test_a_deletion_whose_post_was_lost_still_shows_what_was_there(at: AtDoor) -> None:
    await at.slack.event(deletion())

    found = await incident(at)

    assert found is not None
    assert found.is_deleted
    assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}


async def test_retries_after_a_while_are_the_same_event(at: AtDoor) -> None:
    """Slack sends again at once, after a minute and after five, where our answers did not reach it."""
    statuses = [(await at.slack.event(POST)).status]
    for number, seconds in enumerate((0, 60, 300), start=1):
        at.clock.pass_(seconds=seconds)
        statuses.append((await at.slack.event(POST, retry=number)).status)
        await at.settle()

    assert statuses == [200] * 4
    assert await incidents(at) == 1
    assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}


async def test_words_that_the_platform_withholds_are_an_alert_that_nobody_checked_them(at: AtDoor) -> None:
    for answer in await at.slack.copies(recorded("message_withheld").payload, 3):
        assert answer.status == 200

    found = await incident(at)

    assert found is not None
    assert found.origin is Origin.UNCHECKED
    assert await at.alerts() == {COACH: 1, PRINCIPAL: 1}


async def test_words_of_a_channel_that_nobody_sponsors_reach_no_disk(at: AtDoor, tmp_path: Path) -> None:
    payload = said(POST, "zqlwv elsewhere")
    payload["event"]["channel"] = "C0ELSEWH1"

    assert (await at.slack.event(payload)).status == 200

    assert [event.kind for event in await inbox(at)] == ["shared"]
    written = b"".join(file.read_bytes() for file in tmp_path.glob("chaperone.db*"))
    assert b"C0ELSEWH1" in written
    assert b"zqlwv" not in written


async def test_names_come_from_the_register(at: AtDoor) -> None:
    await at.slack.event(recorded("mentions").payload)
    await at.slack.event(recorded("webhook_with_borrowed_name").payload | {"event_id": "Ev2"})

    mentions = (await inbox(at))[0]

    assert isinstance(mentions, Posted)
    assert "@Iker Zubiri and @U0NOBODY1: #track" in mentions.content.text


async def test_a_webhook_under_a_members_name_is_seen(at: AtDoor) -> None:
    await at.slack.event(recorded("webhook_with_borrowed_name").payload)

    post = (await inbox(at))[0]

    assert isinstance(post, Posted)
    assert post.content.sender.has_borrowed_name


async def test_that_a_channel_is_shared_is_kept_when_it_changes_and_not_with_every_message(at: AtDoor) -> None:
    for number in range(5):
        payload = said(POST, f"practice {number}")
        payload["event"] |= {"ts": f"17951904{number:02}.000100", "event_ts": f"17951904{number:02}.000100"}
        await at.slack.event(payload)
        assert sum(event.kind == "shared" for event in await inbox(at)) == (number == 0)
        await at.settle()
    assert (await at.core.store.read(lambda tx: tx.registry.facts(TRACK))).is_shared is False

    payload = recorded("message_in_shared_channel").payload
    payload["event"] |= {"ts": "1795190405.000100", "event_ts": "1795190405.000100"}
    await at.slack.event(payload)

    await at.settle()
    assert (await at.core.store.read(lambda tx: tx.registry.facts(TRACK))).is_shared is True


async def test_every_recorded_event_is_answered_and_worked_through(at: AtDoor) -> None:
    interactive = {"command", "block_actions", "message_action", "shortcut", "view_submission", "view_closed"}
    for name in names():
        if name not in interactive:
            answer = await at.slack.event(recorded(name).payload)
            assert answer.status == 200, name
            await at.settle()

    counts = await at.core.store.read(lambda tx: tx.inbox.counts())
    assert (counts.waiting, counts.leased, counts.dead) == (0, 0, 0)


async def test_setting_up_the_address_is_answered_with_the_challenge(at: AtDoor) -> None:
    payload = recorded("url_verification").payload

    answer = await at.slack.event(payload)

    assert answer.status == 200
    assert json.loads(answer.text) == {"challenge": payload["challenge"]}


@pytest.mark.parametrize("name", ["app_mention", "reaction_added", "an_event_of_next_year", "channel_created"])
async def test_events_that_nobody_has_a_use_for_are_received_all_the_same(at: AtDoor, name: str) -> None:
    """Answered otherwise, Slack would send them again, and count failures against us."""
    assert (await at.slack.event(recorded(name).payload)).status == 200
    assert await inbox(at) == []


@pytest.mark.parametrize(
    ("name", "channel", "since"),
    [
        ("app_rate_limited", None, "2026-11-20T16:00:00+00:00"),
        ("channel_history_changed", TRACK, "2026-10-20T14:53:20.000100+00:00"),
        ("group_history_changed", TRACK, "2026-10-20T14:53:20.000100+00:00"),
        ("channel_id_changed", TRACK, "2026-11-20T16:00:00.000700+00:00"),
    ],
)
async def test_what_slack_does_not_tell_is_to_be_read_anew(at: AtDoor, name: str, channel: Any, since: str) -> None:
    assert (await at.slack.event(recorded(name).payload)).status == 200

    [missed] = at.gaps.found
    assert isinstance(missed, Missed)
    assert (missed.workspace, missed.channel, missed.since.isoformat()) == (LARKFIELD, channel, since)


async def test_an_event_that_lacks_what_it_has_to_say_is_told_to_the_operators(at: AtDoor) -> None:
    operator = PersonRef(LARKFIELD, PersonId("U0OFFICE1"))
    person = Person(ref=operator, name="Ida Office", role=Role.STAFF, is_operator=True)
    await at.core.store.write(lambda tx: tx.registry.save_person(person))
    event = {**POST["event"], "channel": None}

    assert (await at.slack.event({**POST, "event": event})).status == 200

    await at.settle()
    [card] = at.district.platform.of(operator)
    assert "zqlwv" not in repr(card)
    assert POST["event_id"] in repr(card)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("block_actions", "action"),
        ("message_action", "shortcut"),
        ("shortcut", "shortcut"),
        ("view_submission", "view"),
        ("view_closed", "view"),
    ],
)
async def test_buttons_shortcuts_and_modals_are_handed_on_and_their_answer_back(
    at: AtDoor, name: str, what: str
) -> None:
    payload = recorded(name).payload

    empty = await at.slack.interaction(payload)
    at.desk.answer = {"response_action": "errors", "errors": {"note": "¿Por qué?"}}
    full = await at.slack.interaction(payload | {"token": "another"})

    assert (empty.status, empty.text) == (200, "")
    assert full.status == 200
    assert json.loads(full.text) == at.desk.answer
    assert [(kind, given["type"]) for kind, given in at.desk.calls] == [(what, payload["type"])] * 2


async def test_a_command_is_handed_on_and_its_answer_back(at: AtDoor) -> None:
    fields = recorded("command").payload
    at.desk.answer = {"response_type": "ephemeral", "text": "¡Hola!"}

    answer = await at.slack.form(fields)

    assert answer.status == 200
    assert json.loads(answer.text) == at.desk.answer
    assert at.desk.calls == [("command", fields)]


async def test_an_opened_home_is_handed_on_with_its_workspace(at: AtDoor) -> None:
    payload = recorded("app_home_opened").payload

    assert (await at.slack.event(payload)).status == 200
    assert at.desk.calls == [("home", payload)]


async def test_an_interaction_that_nobody_knows_is_no_fault(at: AtDoor) -> None:
    payload = recorded("shortcut").payload | {"type": "telepathy"}

    assert (await at.slack.interaction(payload)).status == 200
    assert (await at.slack.form({"ssl_check": "1", "token": "x"})).status == 200
    assert at.desk.calls == []


async def test_that_somebody_deletes_what_chaperone_posted_is_seen_and_its_own_posts_are_not_judged(at: AtDoor) -> None:
    """By its own choice Slack's framework would keep the deletion from us too."""
    for name in ("own_post", "own_post_changed", "own_post_deleted_in_channel"):
        assert (await at.slack.event(recorded(name).payload)).status == 200

    assert [event.kind for event in await inbox(at) if event.kind != "shared"] == ["deleted"]
