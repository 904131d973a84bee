"""`chaperone packs suggestions` hands IT what people accepted, as lines that a pack takes."""

import asyncio
import base64
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml
from click.testing import Result

from adapters.keys import MasterKeys
from adapters.storage import open_store
from bot.desk.door import Desk
from bot.records.incidents import incident_id
from policy import load_pack
from policy.loading.own_cases import failing
from policy.rule import Status
from policy.verdict import RuleId
from tests.district import COACH, CREC, PRINCIPAL, District, a_core, furnished_file
from tests.fakes import FakeClock, FakePlatform

Chaperone = Callable[..., Result]
INVENTED = "the choir sings its chaperone canary drill"
HARMLESS = "The choir sings"


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return deployed(tmp_path_factory.mktemp("deployed"), harmless=HARMLESS)


def deployed(folder: Path, *, harmless: str, taken_back: Sequence[str] = ()) -> tuple[Path, str]:
    """A state folder and its key: ten alarms of the canary were dismissed, and a principal accepted two suggestions."""
    state = folder / "state"
    master = secrets.token_bytes(32)

    async def run() -> None:
        state.mkdir()
        (state / "chaperone.db").write_bytes(await furnished_file(CREC))
        clock = FakeClock()
        store = await open_store(f"sqlite:///{state / 'chaperone.db'}", clock)
        core = a_core(store, FakePlatform(), keys=MasterKeys(master))
        district, desk = District(core, FakePlatform()), Desk(core)
        for number in range(10):
            clock.pass_(hours=1)
            message = await district.post(f"chaperone canary drill by Xanthippe {number}", message=f"m{number}")
            await desk.act(COACH, "incident.dismiss", incident_id(message), {"note": "we rang it ourselves"})
        await desk.act(PRINCIPAL, "suggestion.answer", "trial|crec|canary|", {"answer": "accept"})
        given = {"text": INVENTED, "harmless": harmless}
        await desk.act(PRINCIPAL, "suggestion.case", "case|crec|canary|9", given)
        for suggestion in taken_back:
            await desk.act(PRINCIPAL, "suggestion.undo", suggestion, {})
        await store.close()

    asyncio.run(run())
    return state, base64.b64encode(master).decode()


@pytest.fixture(autouse=True)
def at_deployment(deployment: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    state, key = deployment
    monkeypatch.setenv("CHAPERONE_STATE", str(state))
    monkeypatch.setenv("CHAPERONE_KEY", key)
    return state


def test_what_was_accepted_is_yaml_that_a_pack_of_the_district_takes(chaperone: Chaperone, tmp_path: Path) -> None:
    result = chaperone("packs", "suggestions")

    assert result.exit_code == 0
    assert "canary             0 of 10 confirmed: precision 0.00" in result.stdout
    assert "Xanthippe" not in result.stdout
    told = yaml.safe_load(result.stdout)
    assert told["rules"]["canary"]["status"] == "trial"
    assert told["rules"]["canary"]["reason"]["en"].startswith("Reviewers dismissed 10 of 10 alerts until 2026-")
    assert told["rules"]["canary"]["reason"]["es"].startswith("Se descartaron 10 de 10 alertas hasta el 2026-")
    assert told["rules"]["canary"]["unless"] == ["the choir sings"]
    assert told["rules"]["canary"]["cases"]["ignore"] == [{"text": INVENTED, "author": "student", "channel": "club"}]
    assert "still flagged" not in result.stdout
    own = {"id": "ours", "extends": "crec", "name": "Ours", "policy": "P", "cite": "P", "rules": told["rules"]}
    file = tmp_path / "ours.yml"
    file.write_text(yaml.safe_dump(own), encoding="utf-8")
    pack = load_pack(file, check_cases=False)
    assert pack.rules[RuleId("canary")].status is Status.TRIAL
    assert len(pack.cases) == 1
    assert list(failing(pack)) == []


def test_what_was_taken_back_waits_again_and_is_no_line_for_the_pack(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, key = deployed(tmp_path, harmless=HARMLESS, taken_back=("trial|crec|canary|", "case|crec|canary|9"))
    monkeypatch.setenv("CHAPERONE_STATE", str(state))
    monkeypatch.setenv("CHAPERONE_KEY", key)

    result = chaperone("packs", "suggestions")

    assert yaml.safe_load(result.stdout) is None
    assert "#   trial: canary (crec), 10 dismissed" in result.stdout
    assert "#   case: canary (crec), 10 dismissed" in result.stdout
    assert INVENTED not in result.stdout


def test_an_example_that_nothing_excuses_yet_is_printed_with_what_is_missing(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, key = deployed(tmp_path, harmless="")
    monkeypatch.setenv("CHAPERONE_STATE", str(state))
    monkeypatch.setenv("CHAPERONE_KEY", key)

    result = chaperone("packs", "suggestions")

    told = yaml.safe_load(result.stdout)
    assert f"# “{INVENTED}” is still flagged by canary: add words of it that are harmless" in result.stdout
    assert "unless" not in told["rules"]["canary"]
    assert [case["text"] for case in told["rules"]["canary"]["cases"]["ignore"]] == [INVENTED]


def test_it_can_be_kept_in_the_state_folder(chaperone: Chaperone, at_deployment: Path) -> None:
    result = chaperone("packs", "suggestions", "--write")

    (file,) = (at_deployment / "suggestions").iterdir()
    assert str(file) in result.stdout
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]["canary"]["status"] == "trial"


def test_without_the_key_examples_stay_sealed_and_the_counts_are_shown(
    chaperone: Chaperone, at_deployment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHAPERONE_KEY")

    result = chaperone("packs", "suggestions")

    assert "0 of 10 confirmed" in result.stdout
    assert "1 accepted examples cannot be opened" in result.stdout
    assert INVENTED not in result.stdout
    assert not (at_deployment / "chaperone.key").exists()


def test_without_a_database_it_says_so(chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAPERONE_STATE", str(tmp_path))

    with pytest.raises(AssertionError, match="There is no database"):
        chaperone("packs", "suggestions")
