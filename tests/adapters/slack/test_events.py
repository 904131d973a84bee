"""Each kind of payload that Slack sends becomes the events that it means, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.content import DEEPEST
from adapters.slack.events import events_of
from adapters.slack.versions import Reading, Unreadable, time_of
from bot.events import Deleted, Edited, Event, Posted, Unread, decode, encode, key_of
from tests.adapters.slack.payloads import READING, names, recorded

POST = recorded("message").payload
EDIT = recorded("message_changed").payload


def events(body: Mapping[str, Any], reading: Reading = READING) -> tuple[Event, ...]:
    return events_of(body, reading)


def keys(body: Mapping[str, Any]) -> list[str]:
    return [key_of(event) for event in events(body)]


def with_event(body: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {**body, "event": {**body["event"], **changes}}


def differences(said: Any, wanted: Any, at: str = "") -> list[str]:
    """Where `said` is not what `wanted` names; what it does not name may be anything."""
    if isinstance(wanted, dict):
        found = []
        for name, value in wanted.items():
            if name == "contains":
                found += [f"{at}: no {part!r} in {said['text']!r}" for part in value if part not in said["text"]]
            elif name == "lacks":
                found += [f"{at}: {part!r} in {said['text']!r}" for part in value if part in said["text"]]
            elif (name, value) != ("text", None):
                found += differences(said.get(name, "nothing"), value, f"{at}.{name}")
        return found
    if isinstance(wanted, list):
        if len(said) != len(wanted):
            return [f"{at}: {said!r}"]
        return [each for n, value in enumerate(wanted) for each in differences(said[n], value, f"{at}[{n}]")]
    return [] if said == wanted else [f"{at}: {said!r}, wanted {wanted!r}"]


@pytest.mark.parametrize("name", names())
def test_a_recorded_payload_says_what_its_file_says(name: str) -> None:
    record = recorded(name)

    said = [json.loads(encode(event)) for event in events(record.payload)]

    assert differences(said, list(record.events)) == []


def test_a_payload_of_every_kind_is_recorded() -> None:
    wanted = {kind for name in names() for event in recorded(name).events for kind in [event["kind"]]}

    # "reported" comes from a shortcut; Slack puts nothing back that was deleted.
    assert wanted == set(decodable_kinds()) - {"reported", "restored"}
    assert len(names()) > 80


def decodable_kinds() -> list[str]:
    kinds = get_args(get_args(Event)[0])
    return [str(field.default) for kind in kinds for field in fields(kind) if field.name == "kind"]


def test_every_event_survives_the_inbox() -> None:
    seen = [event for name in names() for event in events(recorded(name).payload)]

    assert len(seen) > 80
    assert [event for event in seen if decode(encode(event)) != event] == []


def test_a_copy_under_another_event_id_is_the_same_event() -> None:
    for name in names():
        payload = recorded(name).payload
        copy = {**payload, "event_id": "Ev0OTHER", "event_time": 1_795_190_999, "event_context": "another"}
        if isinstance(payload.get("event"), dict) and "event_ts" in payload["event"]:
            assert keys(copy) == keys(payload), name


def test_a_message_has_one_key_whichever_payload_tells_of_it() -> None:
    posted = keys(POST)[0]

    assert keys(EDIT)[0] == posted
    assert keys(recorded("message_deleted").payload)[0] == posted
    assert keys(recorded("message_deleted_edited").payload)[0] == keys(EDIT)[1]
    assert keys(recorded("message_changed_again").payload)[0] == keys(EDIT)[1]


def test_the_revision_of_an_edit_is_its_time_and_grows() -> None:
    first, second = (events(recorded(name).payload)[1] for name in ("message_changed", "message_changed_again"))

    assert isinstance(first, Edited)
    assert isinstance(second, Edited)
    assert first.revision // 1_000_000 == 1_795_190_460
    assert 0 < first.revision < second.revision


def test_two_edits_within_one_second_are_two_revisions() -> None:
    """Slack tells whole seconds."""
    message = {**EDIT["event"]["message"], "text": "practice is at seven", "blocks": []}
    other = with_event(EDIT, message=message)

    assert keys(other)[1] != keys(EDIT)[1]


def test_a_preview_and_an_edit_of_one_message_are_two_revisions() -> None:
    preview = recorded("message_changed_by_preview").payload
    message = {**preview["event"]["message"], "edited": {"user": "U0EMEKA01", "ts": "1795190460.000000"}}
    edited = with_event(preview, message=message)

    assert len({*keys(preview)[:2], keys(edited)[1]}) == 3


def test_an_app_that_is_not_on_the_list_is_unknown() -> None:
    def is_known(name: str, apps: frozenset[str] | None) -> bool:
        event = events(recorded(name).payload, Reading(known_apps=apps))[0]
        assert isinstance(event, Posted)
        return event.content.sender.is_known

    listed = frozenset({"A0CALEND1", "B0HOOK001"})
    assert is_known("app_post", listed)
    assert is_known("webhook_with_own_name", listed)
    assert is_known("file_email", listed), "Slack's own"
    assert not is_known("app_post", frozenset({"A0OTHER01"}))
    assert not is_known("webhook_of_nobody", None)


def test_a_message_that_nests_deeper_than_any_of_slacks_is_told_as_unread() -> None:
    block: dict[str, Any] = {"type": "section", "text": "inside"}
    for _ in range(DEEPEST + 5):
        block = {"type": "section", "elements": [block]}

    said = events(with_event(POST, blocks=[block]))

    assert isinstance(said[0], Unread)
    assert said[0].reason == "too deep"


@pytest.mark.parametrize(
    "changes",
    [{"channel": None}, {"channel": "C0|evil"}, {"channel": 7}, {"ts": None}, {"ts": "soon", "event_ts": "soon"},
     {"event_ts": "9" * 30}],
)  # fmt: skip
def test_an_event_that_lacks_what_it_has_to_say_is_an_error_and_not_silence(changes: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        events(with_event(POST, **changes))


@pytest.mark.parametrize("team", [None, "", "T|1", 7])
def test_an_event_without_a_workspace_is_an_error(team: object) -> None:
    with pytest.raises(Unreadable):
        events({**POST, "team_id": team, "authorizations": []})


def test_the_workspace_is_the_one_that_chaperone_is_installed_in() -> None:
    said = events(recorded("message_in_shared_channel").payload)

    assert isinstance(said[0], Posted)
    assert said[0].message.workspace == "slack:T0LARKFLD"


def test_times_are_exact() -> None:
    assert time_of("1795190400.000100").isoformat() == "2026-11-20T16:00:00.000100+00:00"
    assert time_of("1795190400.1").microsecond == 100_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
FIELDS = sorted({field for name in names() for field in (recorded(name).payload.get("event") or {})})


@given(
    name=st.sampled_from(names()),
    changes=st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=4),
    gone=st.sets(st.sampled_from(FIELDS), max_size=4),
)
def test_whatever_stands_in_an_event_it_is_read_or_called_unreadable(
    name: str, changes: dict[str, Any], gone: set[str]
) -> None:
    payload = recorded(name).payload
    kept = {key: value for key, value in (payload.get("event") or {}).items() if key not in gone}

    try:
        said = events({**payload, "event": {**kept, **changes}})
    except Unreadable:
        return
    assert all(decode(encode(event)) for event in said)


def test_a_deletion_is_told_last() -> None:
    for name in ("message_deleted", "message_tombstone", "message_deleted_edited"):
        said = [event for event in events(recorded(name).payload) if event.kind != "shared"]
        assert isinstance(said[-1], Deleted)
        assert len(said) == 2
