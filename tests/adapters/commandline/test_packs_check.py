"""`chaperone packs check FILE`: an author sees what a change does before anybody is alerted by it, or no more."""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result

from adapters import shelf
from adapters.commandline import pack_check
from adapters.commandline.pack_changes import altered, compared
from adapters.commandline.samples import CORPUS, TAUGHT, Sample, corpus
from adapters.keys import MasterKeys
from adapters.storage import open_store
from policy.district import LinkStrictness
from policy.loading import load_pack
from policy.message import Role, Said
from policy.model.opinion import Model
from policy.pack import Pack
from policy.unless import Unless
from policy.verdict import RuleId
from policy.words import Text
from tests.district import CREC, District, a_core, furnished_file, shipped
from tests.fakes import FakePlatform
from tests.policy.building import a_context, a_home, a_message, a_pack, a_pack_file, a_rule

Chaperone = Callable[..., Result]
SECRET = "this is a chaperone canary drill by Xanthippe"
PACK = """\
id: ourtown
extends: crec
name: Our Town
policy: Social media
cite: OT-1
rules:
  canary: {status: %s, reason: We ring it ourselves.}
"""
ROWS = [
    {"text": "this is a chaperone canary drill", "labels": []},
    {"text": "see you at the bake sale meeting", "labels": []},
]


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A deployment of its own, a corpus of two lines, and the rules' own cases tried elsewhere."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    rows = [{"id": f"x-{n}", "author": "student", "channel": "club: chess"} | row for n, row in enumerate(ROWS)]
    (folder / "x1.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    monkeypatch.setattr(pack_check, "corpus", partial(corpus, folder))
    monkeypatch.setattr(pack_check, "load_pack", quickly)
    monkeypatch.setenv("CHAPERONE_STATE", str(tmp_path / "state"))


def quickly(
    name: str | Path, *, own: Iterable[Path] = (), model: Model | None = None, check_cases: bool = True
) -> Pack:
    """The shipped packs are read once."""
    if name == "crec":
        return shipped()[CREC].with_model(model)
    return load_pack(name, own=own, model=model, check_cases=check_cases)


def a_file(folder: Path, *, status: str = "retired") -> str:
    file = folder / "ourtown.yml"
    file.write_text(PACK % status, encoding="utf-8")
    return str(file)


def test_what_a_pack_lets_go_is_counted_and_shown_beside_the_pack_that_it_extends(
    chaperone: Chaperone, tmp_path: Path
) -> None:
    result = chaperone("packs", "check", a_file(tmp_path), "--rules-only")

    assert result.exit_code == 0
    assert "ourtown (Our Town) holds" in result.stdout
    assert "Beside crec (" in result.stdout
    assert "canary: status active → retired" in result.stdout
    assert "corpus: 2 judged, 0 newly flagged, 1" in result.stdout
    assert "− canary: student, x1.jsonl:1 (x-0)\n      “this is a chaperone canary drill”\n" in result.stdout
    assert "policy/rules/canary.yml:" in result.stdout
    assert "No database here" in result.stdout


def test_json_holds_the_same_and_the_exit_code_says_whether_anything_changes(
    chaperone: Chaperone, tmp_path: Path
) -> None:
    result = chaperone(
        "packs", "check", a_file(tmp_path), "--rules-only", "--format", "json", "--exit-code", "--examples", "1"
    )

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (found["holds"], found["pack"], found["beside"], found["with_model"]) == (True, "ourtown", "crec", False)
    assert found["sources"]["corpus"]["rules"]["canary"] | {"graver": 0, "milder": 0} == {
        "before": 1, "after": 0, "new": 0, "gone": 1, "graver": 0, "milder": 0,
    }  # fmt: skip
    assert [each["text"] for each in found["sources"]["corpus"]["newly_let_go"]] == [ROWS[0]["text"]]


def test_a_pack_that_changes_nothing_says_so(chaperone: Chaperone, tmp_path: Path) -> None:
    result = chaperone("packs", "check", a_file(tmp_path, status="active"), "--rules-only", "--exit-code")

    assert result.exit_code == 0
    assert "corpus: 2 judged, 0 newly flagged, 0 newly let go" in result.stdout


def test_the_installed_pack_of_the_same_id_is_what_a_file_is_compared_with(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "packs"
    installed.mkdir()
    a_file(installed)
    monkeypatch.setenv("CHAPERONE_PACKS", str(installed))

    new = chaperone("packs", "check", a_file(tmp_path, status="active"), "--rules-only")
    itself = chaperone("packs", "check", str(installed / "ourtown.yml"), "--rules-only")

    assert "Beside ourtown (" in new.stdout
    assert "corpus: 2 judged, 1 newly flagged" in new.stdout
    assert "Beside crec (" in itself.stdout


def test_a_file_in_another_encoding_is_named_with_the_line_and_what_to_do(chaperone: Chaperone, tmp_path: Path) -> None:
    file = tmp_path / "ourtown.yml"
    file.write_bytes(PACK.replace("Our Town", "Pueblo Peñasco").encode("latin-1"))

    result = chaperone("packs", "check", str(file), "--rules-only")

    assert result.exit_code == 2
    assert "ourtown.yml:3: not written in UTF-8: save the file as UTF-8 in your editor" in result.stdout


@pytest.mark.parametrize(
    ("district", "says"),
    [
        ("hosts: [ourtown]", "“ourtown” is no host"),
        ('hosts: ["https://*.ourtown.example.org"]', "or *.ourdistrict.org for all below it"),
        ("tools: {Zoom: [zoom]}", "“zoom” is no host"),
        ('accounts: ["https://facebook.com/OurTown"]', "write it as facebook.com/OurDistrict, or @OurDistrict"),
        ("accounts: [Our Town]", "“Our Town” is no account"),
    ],
)
def test_a_host_or_account_that_nothing_could_ever_match_is_a_fault(
    chaperone: Chaperone, tmp_path: Path, district: str, says: str
) -> None:
    file = tmp_path / "ourtown.yml"
    file.write_text(f"{PACK % 'active'}district: {{{district}}}\n", encoding="utf-8")

    result = chaperone("packs", "check", str(file), "--rules-only")

    assert result.exit_code == 2
    assert "ourtown.yml:8: " in result.stdout
    assert says in result.stdout


@pytest.mark.parametrize(("even", "is_told"), [(None, True), (Text("The board.", "La junta."), False)])
def test_an_author_is_told_that_phrases_leave_nothing_urgent_alone(*, even: Text | None, is_told: bool) -> None:
    before = shipped()[CREC]
    unless = Unless.of(("school play",), Text("We do theatre.", "Hacemos teatro."), even)

    lines = list(altered(before, replace(before, unless={RuleId("safety"): unless})))

    assert lines[0] == "safety: left alone +“school play”"
    assert (lines[1].startswith("safety: what it finds urgent is flagged all the same")) is is_told


def test_a_folder_without_a_pack_and_a_file_that_is_none_are_no_success(chaperone: Chaperone, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "ourtown.yaml").write_text(PACK % "active", encoding="utf-8")

    for given in (folder, folder / "ourtown.yaml"):
        result = chaperone("packs", "check", str(given))

        assert result.exit_code == 2
        assert "a pack is a text file whose name ends in .yml" in " ".join(result.stderr.split())


def test_a_folder_that_holds_names_the_packs_in_it(chaperone: Chaperone, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    a_file(folder)

    result = chaperone("packs", "check", str(folder))

    assert result.exit_code == 0
    assert "packs hold (yours: ourtown.yml), and every rule" in result.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_every_fault_of_a_broken_pack_is_named_with_its_line(chaperone: Chaperone, tmp_path: Path, form: str) -> None:
    file = tmp_path / "ourtown.yml"
    file.write_text("id: ourtown\nextends: crek\nrules:\n  canary: {status: off}\n", encoding="utf-8")

    result = chaperone("packs", "check", str(file), "--format", form)

    assert result.exit_code == 2
    lines = (
        [f"{each['line']}: {each['message']}" for each in json.loads(result.stdout)["problems"]]
        if form == "json"
        else [line.removeprefix(f"{file}:") for line in result.stdout.splitlines()]
    )
    assert "2: there is no pack “crek” to extend" in lines
    assert any(line.startswith("4: ") and "reason" in line for line in lines)


def test_a_file_that_is_no_text_is_a_fault_and_no_crash(chaperone: Chaperone, tmp_path: Path) -> None:
    file = tmp_path / "ourtown.yml"
    file.write_bytes(b"\xff\xfe\x00id")

    assert chaperone("packs", "check", str(file)).exit_code == 2


def deployed(folder: Path, monkeypatch: pytest.MonkeyPatch, *, with_key: bool) -> None:
    """A deployment in which somebody posted what the canary finds."""
    master = secrets.token_bytes(32)

    async def run() -> None:
        (folder / "state").mkdir()
        database = folder / "state" / "chaperone.db"
        database.write_bytes(await furnished_file(CREC))
        store = await open_store(f"sqlite:///{database}")
        core = a_core(store, FakePlatform(), keys=MasterKeys(master))
        await District(core, FakePlatform()).post(SECRET)
        await store.close()

    asyncio.run(run())
    if with_key:
        monkeypatch.setenv("CHAPERONE_KEY", base64.b64encode(master).decode())


def test_what_the_deployment_found_is_judged_again_and_no_word_of_it_is_shown(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(tmp_path, monkeypatch, with_key=True)

    text = chaperone("packs", "check", a_file(tmp_path), "--rules-only", "--beside", "crec").stdout
    as_json = chaperone("packs", "check", a_file(tmp_path), "--rules-only", "--format", "json").stdout

    assert "stored incidents: 1 judged, 0 newly flagged, 1 newly let go" in text
    assert "− canary: incident " in text
    assert json.loads(as_json)["sources"]["stored incidents"]["newly_let_go"][0]["rule"] == "canary"
    assert "Xanthippe" not in text + as_json


def test_without_the_key_what_is_stored_is_only_counted(
    chaperone: Chaperone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(tmp_path, monkeypatch, with_key=False)

    result = chaperone("packs", "check", a_file(tmp_path), "--rules-only")

    assert "1 could not be opened (the master key is not here). All by rule: canary 1." in result.stdout
    assert "stored incidents: " not in result.stdout
    assert not (tmp_path / "state" / "chaperone.key").exists()


def test_a_change_of_severity_or_trial_is_a_change(tmp_path: Path) -> None:
    sample = Sample("x", a_message("hello"), a_context(), wanted=frozenset({RuleId("greeting")}))
    normal, high, trial = (
        a_pack(tmp_path / name, a_rule(severity=severity, status=status))
        for name, severity, status in (("1", "normal", "active"), ("2", "high", "active"), ("3", "normal", "trial"))
    )

    graver, silenced = compared([sample], normal, high), compared([sample], normal, trial)

    assert dict(graver.graver) == {"greeting": 1}
    assert not graver.is_same
    assert [(change.rule, change.is_new, change.is_right) for change in silenced.changes] == [
        ("greeting", False, False)
    ]
    assert compared([sample], normal, normal).is_same


def test_the_shipped_corpus_is_read_whole_with_the_rules_that_it_is_labelled_with() -> None:
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in CORPUS.glob("*.jsonl"))

    samples = list(corpus())

    assert len(samples) == lines > 1000
    assert frozenset().union(*(sample.wanted or () for sample in samples)) == TAUGHT


OWN_EXAMPLES = """
    unless: [morning test]
    cases:
      ignore: [%s]
      flag: [this is a chaperone canary drill]
"""


def test_its_own_examples_are_tried_and_what_its_phrases_let_go_is_shown(chaperone: Chaperone, tmp_path: Path) -> None:
    file = Path(a_file(tmp_path))
    own = PACK.replace("{status: %s, reason: We ring it ourselves.}", "\n    reason: We ring it ourselves.")
    file.write_text(own + OWN_EXAMPLES.strip("\n") % "a chaperone canary drill for the morning test", encoding="utf-8")

    holds = chaperone("packs", "check", str(file))
    file.write_text(own + OWN_EXAMPLES.strip("\n") % "a chaperone canary drill at night", encoding="utf-8")
    fails = chaperone("packs", "check", str(file))

    assert holds.exit_code == 0, holds.stdout
    assert "Its own examples hold: 1 left alone, 1 flagged." in holds.stdout
    assert "canary: left alone +“morning test”" in holds.stdout
    assert "corpus: 2 judged, 0 newly flagged, 0 newly let go" in holds.stdout
    assert fails.exit_code == 2
    assert f"{file}:11: “a chaperone canary drill at night” should be left alone" in fails.stdout
    assert "under “unless” of this rule" in fails.stdout


def test_where_only_phrases_differ_the_same_changes_are_found_as_in_all_messages(tmp_path: Path) -> None:
    with_phrase = "rules: {greeting: {reason: x, unless: [song, 're: ^verse'], even_urgent: y}}\n"
    rules, words = {"greeting": a_rule()}, ("hello", "song", "verse", "sun", "hello, the song")
    homes = [a_home(tmp_path / name, rules=rules, packs={"ours": a_pack_file() + more}) for name, more in
             (("before", ""), ("after", with_phrase))]  # fmt: skip
    before, after = (load_pack("ours", home=home, check_cases=False) for home in homes)
    texts = [f"{first} {second}" for first in words for second in words]
    said = [(), *((Said(Role.STUDENT, word),) for word in words)]
    samples = [Sample(text, a_message(text), a_context(before=each)) for text in texts for each in said]

    quick = compared(samples, before, after)
    whole = compared(samples, before, replace(after, links=LinkStrictness.UNSPONSORED))

    assert (quick.is_whole, whole.is_whole) == (False, True)
    assert quick.judged == whole.judged == len(samples)
    assert quick.changes == whole.changes
    assert len(quick.changes) > 10


def test_a_pack_is_shown_with_what_it_leaves_alone(chaperone: Chaperone, monkeypatch: pytest.MonkeyPatch) -> None:
    unless = Unless.of(("morning test",), Text("We ring it ourselves.", "La probamos."), Text("Agreed.", "Acordado."))
    pack = replace(shipped()[CREC], unless={RuleId("canary"): unless})
    monkeypatch.setattr(shelf, "load_packs", lambda _homes, **_options: {CREC: pack})

    shown = chaperone("packs", "show", "crec", "--lang", "es").stdout

    assert "“morning test”. La probamos.\n  Incluso lo urgente: Acordado." in shown
