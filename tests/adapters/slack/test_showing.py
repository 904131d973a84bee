"""Cards in Slack: one for each topic and person, whatever gets lost, at the pace that Slack allows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.client import Unsure, retry_after
from bot.cards import Action, Card, Field
from bot.errors import PlatformBusy, Undeliverable
from bot.records.deliveries import Topic, TopicKind
from tests.adapters.slack.in_slack import CLUB, COACH, PRINCIPAL, STUDENT, TOPIC, InSlack, a_card, in_slack
from tests.standins.slack_web import LOST_ANSWER, LOST_REQUEST, SERVER_ERROR, Fault, limited
from tests.standins.slack_world import BOT_TOKEN, TEAM


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[InSlack]:
    async with in_slack(tmp_path) as opened:
        yield opened


async def until_shown(here: InSlack, card: Card, **options: Any) -> str:
    """What the outbox does: tries again after the time that it is told."""
    for _ in range(20):
        try:
            return await here.show(card, **options)
        except PlatformBusy as busy:
            here.clock.pass_(seconds=busy.wait_seconds)
    raise AssertionError("never shown")


async def test_a_card_is_posted_once_and_changed_in_place(here: InSlack) -> None:
    first = await here.show(a_card("before"))
    again = await here.show(a_card("before"), shown=first)
    changed = await here.show(a_card("after"), shown=first, notify=False)

    assert first == again == changed
    [text] = here.texts(COACH)
    assert "after" in text
    assert here.web.count("chat.postMessage") == 1
    assert here.web.count("chat.update") == 1, "the same card again is no change"


@pytest.mark.parametrize("fault", [LOST_ANSWER, LOST_REQUEST, SERVER_ERROR, Fault(error="internal_error", does=False)])
async def test_a_lost_answer_doubles_no_card_and_loses_none(here: InSlack, fault: Fault) -> None:
    here.web.faults["chat.postMessage"].append(fault)
    with pytest.raises(Unsure):
        await here.show(a_card())

    await until_shown(here, a_card())

    assert len(here.world.shown_to(COACH.person)) == 1


async def test_a_post_whose_answer_was_lost_is_given_time_to_appear(here: InSlack) -> None:
    here.web.faults["chat.postMessage"].append(LOST_REQUEST)
    with pytest.raises(Unsure):
        await here.show(a_card())

    with pytest.raises(PlatformBusy):
        await here.show(a_card())

    assert here.web.count("conversations.history") == here.web.count("chat.postMessage") == 0


async def test_after_a_crash_between_post_and_record_the_card_is_found_again(here: InSlack) -> None:
    here.web.faults["chat.postMessage"].append(LOST_ANSWER)
    with pytest.raises(Unsure):
        await here.show(a_card())
    for number in range(130):
        here.world.direct(COACH.person).messages.append(
            {"type": "message", "user": COACH.person, "text": f"{number}", "ts": here.world.ts()}
        )
    here.platform = here.again()

    await until_shown(here, a_card("now other words"))

    [text] = here.texts(COACH)[:1]
    assert "now other words" in text
    assert here.web.count("chat.postMessage") <= 2, "the card, and the line that calls for attention"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("7", 7), ("0", 1), ("-3", 1), ("1.5", 1.5), (None, 30), ("soon", 30), ("nan", 30), ("", 30), ("999999", 3_600)],
)
async def test_every_form_of_retry_after_is_obeyed(here: InSlack, given: str | None, expected: float) -> None:
    here.web.faults["users.info"].append(limited(given))

    with pytest.raises(PlatformBusy) as busy:
        await here.slack.call(TEAM, "users.info", user=COACH.person)
    here.clock.pass_(seconds=expected - 0.5)
    with pytest.raises(PlatformBusy):
        await here.slack.call(TEAM, "users.info", user=COACH.person)
    here.clock.pass_(seconds=0.5)
    await here.slack.call(TEAM, "users.info", user=COACH.person)

    assert busy.value.wait_seconds == expected
    answers = [call.answer for call in here.web.calls if call.method == "users.info"]
    assert answers == ["ratelimited", "ok"], "nobody asked in between"


def test_a_date_to_retry_after_is_understood() -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    assert 80 < retry_after(then) <= 90
    assert retry_after("Fri, 20 Nov 1970 15:00:00 GMT") == 1


@pytest.mark.parametrize("status", [200, 429])
async def test_who_is_limited_in_one_channel_still_posts_in_another(here: InSlack, status: int) -> None:
    here.web.faults["chat.postMessage"].append(limited("20", status=status))
    with pytest.raises(PlatformBusy):
        await here.show(a_card(), to=COACH)

    await here.show(a_card(), to=PRINCIPAL)
    here.clock.pass_(seconds=20)
    await here.show(a_card(), to=COACH)

    assert len(here.world.shown_to(COACH.person)) == len(here.world.shown_to(PRINCIPAL.person)) == 1


async def test_the_pace_is_kept_without_ever_being_refused(here: InSlack) -> None:
    for number in range(120):
        topic = Topic(TopicKind.NOTE, f"n{number % 70}")
        await until_shown(here, a_card(f"words {number}"), topic=topic, notify=False)

    assert {call.answer for call in here.web.calls} == {"ok"}
    assert len(here.world.shown_to(COACH.person)) == 70
    assert here.web.count("chat.update") == 50


async def test_a_change_that_calls_for_attention_adds_one_line_even_if_tried_twice(here: InSlack) -> None:
    shown = await here.show(a_card("one"))
    here.web.faults["chat.postMessage"].append(LOST_ANSWER)
    with pytest.raises(PlatformBusy):
        await here.show(a_card("two"), shown=shown)

    await until_shown(here, a_card("two"), shown=shown)
    await until_shown(here, a_card("two"), shown=shown)

    card, line = here.texts(COACH)
    assert "two" in card
    assert "about A card" in line
    assert "two" not in line, "the line says what it is about, never a member's words"


async def test_a_card_that_somebody_deleted_is_posted_anew(here: InSlack) -> None:
    shown = await here.show(a_card("one"))
    here.world.direct(COACH.person).messages.clear()

    again = await until_shown(here, a_card("two"), shown=shown)

    assert again != shown
    assert len(here.texts(COACH)) == 1


async def test_a_card_whose_place_was_forgotten_is_changed_by_the_name_that_it_has(here: InSlack) -> None:
    shown = await here.show(a_card("one"))
    [message] = here.world.shown_to(COACH.person)
    message["blocks"][0].pop("block_id")

    await here.show(a_card("two"), shown=shown, topic=TOPIC, notify=False)

    assert len(here.texts(COACH)) == 1


@pytest.mark.parametrize("more", [{"deleted": True}, {"is_bot": True}])
async def test_who_cannot_be_written_to_is_passed_over(here: InSlack, more: dict[str, bool]) -> None:
    here.world.add_user(STUDENT.person, "Stu Student", **more)

    with pytest.raises(Undeliverable):
        await here.show(a_card(), to=STUDENT)


async def test_while_rights_are_missing_alerts_wait_and_are_not_lost(here: InSlack) -> None:
    await here.slack.installation(TEAM)
    token = here.world.tokens[BOT_TOKEN]
    scopes = token.scopes
    token.scopes = scopes - {"chat:write"}
    with pytest.raises(PlatformBusy):
        await here.show(a_card())
    token.scopes, token.is_revoked = scopes, True
    with pytest.raises(PlatformBusy):
        await here.show(a_card())
    token.is_revoked = False

    await here.show(a_card())

    assert len(here.texts(COACH)) == 1


async def test_after_hours_without_slack_everybody_is_told_once(here: InSlack) -> None:
    began = here.clock().timestamp()
    here.web.outage = lambda now: now < began + 3 * 3_600
    for number in range(5):
        await here.district.post(f"plainword {number}", by=STUDENT, message=f"17{number}.000001", channel=CLUB)
    while here.clock().timestamp() < began + 4 * 3_600:
        here.clock.pass_(seconds=300)
        await here.district.settle()

    for person in (COACH, PRINCIPAL):
        assert len(here.texts(person)) in (1, 5), "folded into one card, or one each"
        assert len(set(here.texts(person))) == len(here.texts(person))


async def test_a_form_that_fits_into_no_button_leaves_the_button(here: InSlack) -> None:
    choices = tuple((f"U{number:05}", f"Somebody · Teacher {number}") for number in range(300))
    action = Action(name="a.b", subject="s", label="Refer", fields=(Field(name="to", label="To", choices=choices),))

    await here.show(a_card(actions=(action,)))

    [text] = here.texts(COACH)
    assert '"type": "button"' in text
    assert "Teacher 7" not in text
