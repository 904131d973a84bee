"""What people do in Slack with Chaperone itself, each within Slack's three seconds and authorised anew."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import interactions
from adapters.slack.buttons import value_for
from adapters.slack.client import Failed
from adapters.slack.forms import ANSWER
from adapters.slack.interactions import Interactions
from adapters.slack.shortcuts import ASK_SUPERVISOR, CHECK_MESSAGE, REPORT_MESSAGE
from bot.cards import Action, Card
from bot.desk.door import Desk
from bot.ids import ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.incidents import Origin, incident_id
from tests.adapters.slack.in_slack import CLUB, COACH, OTHER, PRINCIPAL, STUDENT, InSlack, in_slack, message_of
from tests.standins.slack_checks import faults_in_answer, faults_in_view, literal_text
from tests.standins.slack_web import Fault
from tests.standins.slack_world import TEAM

Json = dict[str, Any]
BREACH = "plainword"


class Played:
    """Presses, types and fills in as Slack tells it, and sees what Slack then shows."""

    def __init__(self, here: InSlack, desk: Desk | None = None) -> None:
        self.here = here
        self.world = here.world
        core = here.district.core
        self.doing = Interactions(core, desk or Desk(core), here.slack, here.platform)

    def payload(self, kind: str, who: PersonRef, **more: Any) -> Json:
        return {
            "type": kind,
            "team": {"id": TEAM},
            "user": {"id": who.person, "team_id": TEAM},
            "trigger_id": self.world.trigger(),
            **more,
        }

    async def typed(self, who: PersonRef, text: str, channel: str = CLUB.channel) -> Json | None:
        url = self.world.response_url(self.here.web.url)
        form = {"team_id": TEAM, "user_id": who.person, "channel_id": channel, "text": text, "response_url": url}
        answer = await self.doing.command(form)
        assert answer is None or faults_in_answer(answer["blocks"]) == []
        return answer

    async def pressed(self, who: PersonRef, element: Mapping[str, Any], **more: Any) -> list[Json]:
        """Presses a button of a message; returns what was answered for that person alone."""
        url = self.world.response_url(self.here.web.url)
        payload = self.payload("block_actions", who, response_url=url, actions=[dict(element)]) | more
        await self.doing.action(payload)
        await self.doing.settled()
        return self.world.responses[url.rpartition("/")[2]]

    async def sent(self, who: PersonRef, view: Json, *, more: Json | None = None, **values: str | None) -> Json | None:
        """Sends a modal off, filled in."""
        blocks = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        assert values.keys() <= set(blocks)
        state = {name: {ANSWER: {"type": "plain_text_input", "value": values.get(name)}} for name in blocks}
        payload = self.payload("view_submission", who, view={**view, "state": {"values": state}})
        answer = await self.doing.view(payload | (more or {}))
        if answer is not None and "view" in answer:
            assert faults_in_view(answer["view"]) == []
        return answer

    @property
    def modal(self) -> Json:
        """The modal that was opened last, as it stands now."""
        return list(self.world.views.values())[-1]

    async def alert(self, who: PersonRef) -> Json:
        """The card of an incident that the person has; its buttons by name."""
        await self.here.district.post(BREACH, by=STUDENT, message="1795000001.000001", channel=CLUB)
        [message] = self.world.shown_to(who.person)
        return {
            element["action_id"].partition(":")[2]: element
            for block in message["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
        }

    async def incident(self) -> Any:
        ref = message_of(CLUB.channel, "1795000001.000001")
        return await self.here.district.read(lambda tx: tx.incidents.get(incident_id(ref)))


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Played]:
    async with in_slack(tmp_path) as here:
        yield Played(here)


def button(action: Action) -> Json:
    return {"type": "button", "value": value_for(action)}


async def test_a_command_is_answered_privately_and_mentions_come_by_name(play: Played) -> None:
    typed = f"check {BREACH} said &lt;<@{COACH.person}|cory> in <#{CLUB.channel}|chess>&gt; <@UGONE|gone> <!here>"
    answer = await play.typed(STUDENT, typed)

    assert answer is not None
    assert answer["response_type"] == "ephemeral"
    assert f"{BREACH} said <@Cory Coach in #chess> @gone @here" in literal_text(answer["blocks"])
    assert "UCOACH" not in literal_text(answer["blocks"])


async def test_a_command_works_in_any_channel_and_in_the_direct_messages(play: Played) -> None:
    for channel in ("CSOMEWHERE", f"D{STUDENT.person}", CLUB.channel):
        answer = await play.typed(STUDENT, "help", channel)
        assert answer is not None
        assert "/policy" in literal_text(answer["blocks"]) + answer["text"]


async def test_what_takes_longer_than_slack_waits_is_shown_when_it_is_there(
    play: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = asyncio.Event()

    class SlowDesk(Desk):
        async def command(self, actor: PersonRef, place: ChannelRef | None, text: str) -> Card:
            await ready.wait()
            return await super().command(actor, place, text)

    monkeypatch.setattr(interactions, "IN_TIME", 0.02)
    slow = Played(play.here, SlowDesk(play.here.district.core))

    assert await slow.typed(STUDENT, "help") is None
    ready.set()
    await slow.doing.settled()

    [[body]] = [bodies for bodies in slow.world.responses.values() if bodies]
    assert body["response_type"] == "ephemeral"
    assert faults_in_answer(body["blocks"]) == []


async def test_a_button_without_a_form_acts_at_once_and_answers_beside_the_card(play: Played) -> None:
    buttons = await play.alert(COACH)

    [answer] = await play.pressed(COACH, buttons["incident.take"])
    await play.here.district.settle()

    assert answer["replace_original"] is False
    assert (await play.incident()).taken_by == COACH
    [card] = play.here.texts(PRINCIPAL)
    assert "Cory Coach" in card, "everybody who has the card sees it"


async def test_a_button_with_a_form_opens_it_and_does_nothing_before_it_is_sent(play: Played) -> None:
    buttons = await play.alert(COACH)

    assert await play.pressed(COACH, buttons["incident.dismiss"]) == []
    assert (await play.incident()).decided_by is None
    answer = await play.sent(COACH, play.modal, note="it is fine")

    assert answer is not None
    assert answer["response_action"] == "update"
    assert (await play.incident()).decided_by == COACH


async def test_a_form_that_was_too_long_for_the_button_is_made_anew(play: Played) -> None:
    def hire(tx: Transaction) -> None:
        coach = tx.registry.person(COACH)
        assert coach is not None
        for number in range(230):
            tx.registry.save_person(replace(coach, ref=message_person(number), name=f"Teacher {number}"))

    await play.here.store.write(hire)
    buttons = await play.alert(COACH)

    await play.pressed(COACH, buttons["incident.refer"])
    [to, _] = [block["element"] for block in play.modal["blocks"] if block["type"] == "input"]

    assert play.here.web.count("views.open") == play.here.web.count("views.update") == 1
    assert to["type"] == "users_select", "so many are found by name, in Slack's own list of people"
    gone = await play.pressed(OTHER, buttons["incident.refer"])
    assert gone == []
    assert "submit" not in play.modal, "who has no such card gets no form"


def message_person(number: int) -> PersonRef:
    return PersonRef(COACH.workspace, PersonId(f"UTEACH{number}"))


async def test_what_cannot_be_taken_is_said_in_the_form(play: Played) -> None:
    buttons = await play.alert(COACH)
    await play.pressed(COACH, buttons["incident.dismiss"])

    answer = await play.sent(COACH, play.modal, note="  ")

    assert answer is not None
    assert answer["response_action"] == "errors"
    assert "reason" in answer["errors"]["note"]
    assert (await play.incident()).decided_by is None


async def test_who_was_not_told_can_neither_press_nor_send(play: Played) -> None:
    buttons = await play.alert(COACH)
    await play.pressed(COACH, buttons["incident.dismiss"])

    for person in (STUDENT, OTHER):
        [answer] = await play.pressed(person, buttons["incident.take"])
        assert "not possible" in answer["text"]
        refused = await play.sent(person, play.modal, note="let me through")
        assert refused is not None
        assert refused["response_action"] == "errors"
    assert (await play.incident()).taken_by is None


async def test_people_of_another_organisation_are_refused_before_anything_is_looked_up(play: Played) -> None:
    buttons = await play.alert(COACH)
    play.world.add_user("UOUTSIDE", "Otto Outside", team_id="TOTHER", is_stranger=True)
    outside = PersonRef(COACH.workspace, PersonId("UOUTSIDE"))

    [answer] = await play.pressed(outside, buttons["incident.take"], user={"id": "UOUTSIDE", "team_id": "TOTHER"})

    assert "another organisation" in literal_text(answer["blocks"])
    await play.pressed(COACH, buttons["incident.dismiss"])
    user = {"user": {"id": "UOUTSIDE", "team_id": "TOTHER"}}
    refused = await play.sent(outside, play.modal, more=user, note="let me through")
    assert refused is not None
    assert "another organisation" in refused["errors"]["note"]
    for kind in (CHECK_MESSAGE, ASK_SUPERVISOR):
        await play.doing.shortcut(play.payload("shortcut", outside, callback_id=kind) | user)
        assert "another organisation" in literal_text(play.modal["blocks"])
    assert await play.here.district.read(lambda tx: tx.registry.person(outside)) is None


async def test_who_is_told_to_be_of_another_workspace_is_nobody_here(play: Played) -> None:
    play.world.add_user("UOUTSIDE", "Otto Outside", team_id="TOTHER", is_stranger=True)
    outside = PersonRef(WorkspaceId("slack:TOTHER"), PersonId("UOUTSIDE"))
    action = Action(name="command.run", subject="||help", label="Help")

    [answer] = await play.pressed(outside, button(action), team={"id": "TOTHER"}, user={"id": "UOUTSIDE"})

    assert "not on the district's register" in literal_text(answer["blocks"])
    assert await play.here.district.read(lambda tx: tx.registry.person(outside)) is None
    assert play.here.web.count("users.info") == 0


@pytest.mark.parametrize("value", ["{}", "nonsense", "zAAAA", '{"n":1,"s":[]}', '{"n":"no.such","s":"x"}', "[" * 1_900])
async def test_a_button_that_is_none_of_ours_does_nothing(play: Played, value: str) -> None:
    [answer] = await play.pressed(COACH, {"type": "button", "value": value})

    assert answer["response_type"] == "ephemeral"
    await play.doing.action(play.payload("block_actions", COACH, actions=[{"type": "button", "url": "https://x"}]))
    await play.doing.action(play.payload("block_actions", COACH))


async def test_a_modal_that_is_none_of_ours_does_nothing(play: Played) -> None:
    for metadata in ("", "[]", "{", '{"n":"x","s":"y"}'):
        view: Json = {"id": "V1", "callback_id": "act", "private_metadata": metadata, "blocks": []}
        answer = await play.sent(COACH, view)
        assert answer is not None
        assert answer["response_action"] == "update"
    assert await play.doing.view(play.payload("view_closed", COACH)) is None


async def test_what_lacks_what_it_has_to_say_does_nothing_and_is_no_fault(play: Played) -> None:
    press: Json = {"actions": [button(Action(name="command.run", subject="||help", label="Help"))]}
    lacking: list[Json] = [
        {},
        {"team": {"id": TEAM}},
        {"team": {"id": "<!>"}, "user": {"id": "U1"}},
        {"user": {"id": 7}},
    ]
    for payload in lacking:
        assert await play.doing.command(payload) is None
        await play.doing.action({**payload, **press})
        assert await play.doing.view({**payload, "type": "view_submission"}) is None
        await play.doing.shortcut({**payload, "callback_id": CHECK_MESSAGE})
        await play.doing.home_opened({**payload, "event": {"tab": "home"}})
    unreadable = play.payload("message_action", COACH, callback_id=CHECK_MESSAGE, channel={"id": CLUB.channel})
    await play.doing.shortcut(unreadable)

    assert "out of date" in literal_text(play.modal["blocks"])
    assert play.here.texts(COACH) == []


async def test_home_that_slack_does_not_take_is_no_fault_of_the_event(play: Played) -> None:
    play.here.web.faults["views.publish"].append(Fault(error="not_enabled"))
    event: Json = {"type": "app_home_opened", "tab": "home", "user": COACH.person}

    await play.doing.home_opened({"team_id": TEAM, "event": event})

    assert play.world.homes == {}


async def test_a_message_is_checked_for_whoever_asks_and_nobody_learns_of_it(play: Played) -> None:
    message = play.world.say(CLUB.channel, OTHER.person, f"{BREACH} &amp; more")
    shortcut = {"callback_id": CHECK_MESSAGE, "channel": {"id": CLUB.channel}, "message": message}

    await play.doing.shortcut(play.payload("message_action", STUDENT, **shortcut))
    await play.doing.settled()

    assert f"{BREACH} & more" in literal_text(play.modal["blocks"])
    assert play.here.texts(COACH) == []


async def test_a_student_reports_a_message_privately_with_what_they_saw(play: Played) -> None:
    words = f"{'long words ' * 300} and the end"
    message = play.world.say(CLUB.channel, OTHER.person, words)
    shortcut = {"callback_id": REPORT_MESSAGE, "channel": {"id": CLUB.channel}, "message": message}
    await play.doing.shortcut(play.payload("message_action", STUDENT, **shortcut))
    form = play.modal
    play.world.remove(CLUB.channel, message["ts"])

    answer = await play.sent(STUDENT, form, note="please look")
    await play.here.district.settle()

    assert answer is not None
    assert "your report is in" in answer["view"]["blocks"][0]["text"]["text"]
    incident = await play.here.district.read(
        lambda tx: tx.incidents.get(incident_id(message_of(CLUB.channel, message["ts"])))
    )
    assert incident is not None
    assert (incident.origin, incident.author) == (Origin.REPORT, OTHER.person)
    [card] = play.here.texts(COACH)
    assert "please look" in card
    assert "Stu Student" not in card
    assert play.here.texts(OTHER) == []


async def test_a_message_too_long_for_the_form_is_cut_and_says_so(play: Played) -> None:
    words = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(12_000))
    message = play.world.say(CLUB.channel, OTHER.person, words)
    shortcut = {"callback_id": REPORT_MESSAGE, "channel": {"id": CLUB.channel}, "message": message}

    await play.doing.shortcut(play.payload("message_action", STUDENT, **shortcut))
    await play.sent(STUDENT, play.modal)
    await play.here.district.settle()

    [card] = play.here.texts(COACH)
    assert "shortened" in card
    assert words[:200] in card


async def test_the_supervisor_is_asked_from_anywhere(play: Played) -> None:
    await play.doing.shortcut(play.payload("shortcut", COACH, callback_id=ASK_SUPERVISOR))

    await play.sent(COACH, play.modal, text="May I post the bus list?")
    await play.here.district.settle()

    [card] = play.here.texts(PRINCIPAL)
    assert "May I post the bus list?" in card
    await play.doing.shortcut(play.payload("shortcut", COACH, callback_id="unknown"))
    assert "nothing any more" in literal_text(play.modal["blocks"])


async def test_a_trigger_that_came_too_late_opens_nothing_and_does_nothing(play: Played) -> None:
    buttons = await play.alert(COACH)
    payload = play.payload("block_actions", COACH, actions=[buttons["incident.dismiss"]])
    play.here.clock.pass_(seconds=4)

    with pytest.raises(Failed):
        await play.doing.action(payload)

    assert play.world.views == {}
    assert (await play.incident()).decided_by is None


async def test_home_shows_each_what_is_theirs_and_is_shown_anew_after_an_act(play: Played) -> None:
    body: Json = {"type": "event_callback", "team_id": TEAM, "event": {"type": "app_home_opened", "tab": "home"}}
    for person in (COACH, PRINCIPAL, STUDENT):
        event = {**body["event"], "user": person.person}
        await play.doing.home_opened({**body, "event": event})
        await play.doing.settled()
        assert faults_in_view(play.world.homes[person.person]) == []
    assert "chess" in literal_text(play.world.homes[COACH.person]["blocks"])
    published = play.here.web.count("views.publish")

    action = Action(name="command.run", subject="||help", label="Help")
    await play.pressed(COACH, button(action), view={"id": "V1", "type": "home"})

    assert play.here.web.count("views.publish") == published + 1
    assert "submit" not in play.modal
    messages = {**body, "event": {"type": "app_home_opened", "tab": "messages", "user": COACH.person}}
    await play.doing.home_opened(messages)
    await play.doing.settled()
    assert play.here.web.count("views.publish") == published + 1


async def test_a_button_within_a_modal_is_answered_there(play: Played) -> None:
    message = play.world.say(CLUB.channel, OTHER.person, "words")
    shortcut = {"callback_id": CHECK_MESSAGE, "channel": {"id": CLUB.channel}, "message": message}
    await play.doing.shortcut(play.payload("message_action", STUDENT, **shortcut))
    before = play.modal

    action = Action(name="command.run", subject=f"{CLUB.workspace}|{CLUB.channel}|help", label="Help")
    view = {"id": before["id"], "type": "modal"}
    assert await play.pressed(STUDENT, button(action), view=view) == []

    assert play.modal["id"] == before["id"]
    assert play.modal["blocks"] != before["blocks"]
