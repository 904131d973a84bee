"""`chaperone audit`: from an export to a report, a table and lines; nothing lost, nothing that runs or grows."""

import csv
import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from adapters.export.command import Audit, run
from adapters.export.lists import safe_cell
from adapters.export.report import marked
from adapters.export.roles import BadRoles, read_roles
from adapters.export.source import NotAnExport
from adapters.export.words import WORDS
from policy import judge
from policy.message import Context, Message, Role
from policy.pack import Pack
from policy.verdict import Span, Verdict
from policy.words import Lang, Text
from tests.adapters.export.building import CANARY, Row, a_message, an_export, zipped
from tests.district import CREC, shipped

DAY = "2025-10-09"
CHAPERONE = [sys.executable, "-c", "from adapters.cli import main; main()"]
PAYLOADS = (
    "<script>document.title='ran'</script>",
    '"><img src=x onerror="document.title=\'ran\'">',
    "</style><svg onload=\"document.title='ran'\">",
    "{{ 7 * 7 }} {% include 'x' %}",
    "javascript:alert(1)",
)


@pytest.fixture(scope="session")
def pack() -> Pack:
    return shipped()[CREC]


def audited(pack: Pack, export: Path, out: Path, lang: Lang = Lang.EN) -> str:
    """The report's source."""
    run(Audit(export=export, out=out, pack=pack, lang=lang, roles={}, kinds={}))
    return (out / "report.html").read_text(encoding="utf-8")


def table(out: Path) -> list[dict[str, str]]:
    with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lines(out: Path) -> list[Row]:
    return [json.loads(line) for line in (out / "findings.jsonl").read_text(encoding="utf-8").splitlines()]


class Page(HTMLParser):
    """The words of a page, and what would load or run something."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.marked: list[str] = []
        self.dangerous: list[str] = []
        self._inside: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        names = {name for name, _ in attrs}
        loads = {"script", "img", "iframe", "object", "embed", "link", "base", "form"}
        if tag in loads or any(name.startswith("on") for name in names):
            self.dangerous.append(tag)
        self.dangerous += [
            value for name, value in attrs if name in {"src", "href"} and value and not value.startswith("#")
        ]

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._inside:
            self.words.append(data)
        if "mark" in self._inside:
            self.marked.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_what_breaks_a_rule_stands_in_all_three_files(pack: Pack, tmp_path: Path) -> None:
    rows = [
        a_message("practice is at four"),
        a_message(f"hello, {CANARY}, goodbye", user="U0COACH01", at=1_760_000_100),
    ]
    export = zipped(an_export(tmp_path / "export", {"band": {DAY: rows}}))

    page = Page(audited(pack, export, tmp_path / "out"))

    assert "1 of 2 messages in 1 channel may break the policy (50%)" in page.text
    assert any("canary drill" in words for words in page.marked)
    (row,), (line,) = table(tmp_path / "out"), lines(tmp_path / "out")
    assert row["rule"] == line["rule"] == "canary"
    assert (row["author"], row["role"], row["channel"]) == ("Robin Lindqvist", "owner", "band")
    assert line["citation"] == pack.citation(line["clause"])
    assert rows[1]["text"][line["start"] : line["end"]] == line["excerpt"]
    assert line["time"] == "2025-10-09T04:55:00-04:00"


def test_a_quiet_export_says_so_without_promising_anything(pack: Pack, tmp_path: Path) -> None:
    export = an_export(tmp_path / "export", {"band": {DAY: [a_message(), a_message()]}})

    page = Page(audited(pack, export, tmp_path / "out"))

    assert "Nothing was flagged in 2 messages of 1 channel. Good news, not proof" in page.text
    assert "Every file and every row was read." in page.text
    assert table(tmp_path / "out") == []


def test_an_export_without_messages_is_not_called_clean(pack: Pack, tmp_path: Path) -> None:
    page = Page(audited(pack, an_export(tmp_path / "export", {"band": {}}), tmp_path / "out"))

    assert "No message was found" in page.text
    assert "Nothing was flagged" not in page.text


def test_the_report_speaks_spanish(pack: Pack, tmp_path: Path) -> None:
    export = an_export(tmp_path / "export", {"band": {DAY: [a_message(CANARY), "odd"]}})

    source = audited(pack, export, tmp_path / "out", Lang.ES)

    page = Page(source)
    assert '<html lang="es">' in source
    assert "1 de 1 mensajes en 1 canal podrían infringir la política" in page.text
    assert "Filas que no son mensajes, omitidas: 1." in page.text
    english = [
        word.en for word in report_words() if "{" not in word.en and word.en != word.es and f" {word.en} " in page.text
    ]
    assert english == []


def report_words() -> list[Text]:
    return [text for text in WORDS.values() if len(text.en) > 6]


def test_what_could_not_be_read_is_named(pack: Pack, tmp_path: Path) -> None:
    export = an_export(
        tmp_path / "export",
        {"band": {DAY: [a_message(), "odd"]}},
        files={"band/2025-10-10.json": "[{", "<b>odd.club/2025-10-10.json": json.dumps([a_message()])},
    )

    page = Page(audited(pack, export, tmp_path / "out"))

    assert "band/2025-10-10.json: breaks off" in page.text
    assert f"band/{DAY}.json (1)" in page.text
    assert "#<b>odd.club" in page.text


def test_a_message_that_breaks_the_judge_is_told_and_the_others_are_judged(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(message: Message, context: Context, pack: Pack) -> Verdict:
        if "broken" in message.text:
            raise RuntimeError("a fault of ours")
        return judge(message, context, pack)

    monkeypatch.setattr("adapters.export.command.judge", breaks)
    export = an_export(tmp_path / "export", {"band": {DAY: [a_message("broken"), a_message(CANARY)]}})

    page = Page(audited(pack, export, tmp_path / "out"))

    assert "Messages that could not be judged: 1." in page.text
    assert f"band/{DAY}.json (1)" in page.text
    assert len(table(tmp_path / "out")) == 1


def test_script_in_messages_names_and_channels_is_shown_and_never_runs(
    pack: Pack, tmp_path: Path, chromium: Path
) -> None:
    users: list[Row] = [{"id": f"U{n}", "real_name": payload} for n, payload in enumerate(PAYLOADS)]
    rows = [a_message(f"{payload} {CANARY} {payload}", user=f"U{n}") for n, payload in enumerate(PAYLOADS)]
    files = [{"name": payload, "mimetype": "image/png"} for payload in PAYLOADS]
    export = an_export(
        tmp_path / "export",
        {"<img src=x onerror=alert(1)>": {DAY: [*rows, a_message(CANARY, files=files)]}},
        users=users,
    )

    source = audited(pack, export, tmp_path / "out")

    page = Page(source)
    assert page.dangerous == []
    assert PAYLOADS[0] in page.text
    assert "{{ 7 * 7 }}" in page.text
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto((tmp_path / "out" / "report.html").as_uri())
        title, articles = tab.title(), tab.locator("article").count()
        is_wide = []
        for width in (1200, 360):
            tab.set_viewport_size({"width": width, "height": 800})
            is_wide.append(tab.evaluate("document.documentElement.scrollWidth > innerWidth"))
        browser.close()
    assert title == "Policy review of a Slack export"
    assert articles == len(PAYLOADS) + 1
    assert asked == [(tmp_path / "out" / "report.html").as_uri()]
    assert is_wide == [False, False]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_no_cell_is_taken_for_a_formula(start: str) -> None:
    cell = safe_cell(f"{start}cmd|' /C calc'!A0")

    assert isinstance(cell, str)
    assert cell.startswith("'")
    assert safe_cell("plain = text") == "plain = text"


def test_no_cell_of_the_table_starts_a_formula(pack: Pack, tmp_path: Path) -> None:
    users: list[Row] = [{"id": "U1", "real_name": '=HYPERLINK("https://example.org")'}]
    export = an_export(tmp_path / "export", {"-band": {DAY: [a_message(f"@here {CANARY}", user="U1")]}}, users=users)

    audited(pack, export, tmp_path / "out")

    (row,) = table(tmp_path / "out")
    assert row["author"].startswith("'=")
    assert row["channel"] == "'-band"
    assert not [value for value in row.values() if value.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_only_the_one_who_asked_may_read_the_files(pack: Pack, tmp_path: Path) -> None:
    audited(pack, an_export(tmp_path / "export", {"band": {DAY: [a_message(CANARY)]}}), tmp_path / "out")

    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {
        "report.html": 0o600,
        "findings.csv": 0o600,
        "findings.jsonl": 0o600,
    }
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_what_is_no_export_leaves_nothing_behind(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("words", encoding="utf-8")

    with pytest.raises(NotAnExport):
        audited(pack, tmp_path / "notes.txt", tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_an_audit_that_fails_leaves_no_half_report(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = an_export(tmp_path / "export", {"band": {DAY: [a_message(CANARY)]}})

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("adapters.export.command.render", full)
    with pytest.raises(OSError, match="No space left"):
        audited(pack, export, tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


def test_memory_does_not_grow_with_the_export(tmp_path: Path) -> None:
    """Ten times the messages, in many days or in one huge file, and the same memory."""
    few = peak_megabytes(big_export(tmp_path / "few", days=3), tmp_path / "out1")
    many = peak_megabytes(big_export(tmp_path / "many", days=30), tmp_path / "out2")
    one_file = peak_megabytes(big_export(tmp_path / "one", days=1, rows_a_day=15_000), tmp_path / "out3")

    assert len(lines(tmp_path / "out2")) == 10 * len(lines(tmp_path / "out1")) > 1_000
    assert len(lines(tmp_path / "out3")) == len(lines(tmp_path / "out2"))
    assert many - few < 5
    assert one_file - few < 5


def big_export(folder: Path, *, days: int, rows_a_day: int = 500) -> Path:
    """Rows of 3 kB each, of which the judge sees a few words."""
    export = an_export(folder, {"band": {}})
    for day in range(days):
        with (export / "band" / f"2025-{1 + day // 28:02}-{1 + day % 28:02}.json").open("w", encoding="utf-8") as file:
            file.write("[")
            for n in range(rows_a_day):
                text = CANARY if n % 10 == 0 else "practice is at four"
                row = a_message(
                    text, at=1_740_000_000 + 86_400 * day + n, reply_count=1, client_msg_id="0123456789ab" * 250
                )
                file.write(("," if n else "") + json.dumps(row))
            file.write("]")
    return export


def peak_megabytes(export: Path, out: Path) -> float:
    code = "from adapters.cli import cli; cli(standalone_mode=False)"
    code += "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", code, "audit", str(export), "--out", str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    unit = 1024 if sys.platform == "darwin" else 1
    return int(done.stdout.split()[-1]) / unit / 1024


def test_the_command_reads_roles_and_kinds_and_never_overwrites_unasked(tmp_path: Path) -> None:
    export = an_export(tmp_path / "export", {"the-crew": {DAY: [a_message(CANARY)]}})
    roles = tmp_path / "roles.csv"
    roles.write_text("e-mail,role\nsam@example.org,parent\n", encoding="utf-8")
    asked = [
        "audit",
        str(export),
        "--pack",
        "ledyard",
        "--out",
        str(tmp_path / "out"),
        "--roles",
        str(roles),
        "--kind",
        "the-crew=parents",
    ]

    first = chaperone(*asked)
    second = chaperone(*asked)
    forced = chaperone(*asked, "--force", "--lang", "es")

    assert (first.returncode, second.returncode, forced.returncode) == (0, 2, 0)
    assert "Messages read: 1, flagged: 1, of these urgent: 0. Open " in first.stdout
    assert "is not empty" in second.stderr
    assert "Mensajes leídos: 1" in forced.stdout
    assert lines(tmp_path / "out")[0]["role"] == "parent"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.zip"], "There is no nowhere.zip"),
        (["nowhere.zip", "--lang", "es"], "No existe nowhere.zip"),
        (["here", "--pack", "atlantis"], "There is no pack 'atlantis'. There are: "),
        (["here", "--kind", "band=circus"], "club, team, parents, class"),
        (["here", "--roles", "roles.csv"], "line 2: 'wizard' is no role"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_ends_with_two(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    an_export(tmp_path / "here", {"band": {DAY: [a_message()]}})
    (tmp_path / "roles.csv").write_text("U1,staff\nU2,wizard\n", encoding="utf-8")

    done = chaperone("audit", *arguments, "--out", "out", cwd=tmp_path)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    an_export(tmp_path / "here", {"band": {DAY: [a_message()]}})
    (tmp_path / "file").write_text("", encoding="utf-8")

    done = chaperone("audit", "here", "--out", "file/out", cwd=tmp_path)

    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def chaperone(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.run(
        [*CHAPERONE, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": paths},
    )


def test_a_list_of_roles_is_read_with_or_without_names_of_columns(tmp_path: Path) -> None:
    with_names, without = tmp_path / "a.csv", tmp_path / "b.csv"
    with_names.write_bytes("\ufeffE-mail,Role,Note\nSam@Example.org , Parent,x\n\n".encode())
    without.write_text("U0STUD001,owner\n", encoding="utf-8")

    assert read_roles(with_names) == {"sam@example.org": Role.PARENT}
    assert read_roles(without) == {"u0stud001": Role.OWNER}
    without.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRoles, match="UTF-8"):
        read_roles(without)


def test_an_excerpt_shows_the_words_in_question_and_a_little_around_them() -> None:
    text = "a" * 1_000 + " THIS " + "b" * 1_000

    pieces = marked(text, [Span(1_001, 1_005)])

    assert [piece for piece, is_mark in pieces if is_mark] == ["THIS"]
    assert pieces[0] == ("… ", False)
    assert pieces[-1] == (" …", False)
    assert sum(len(piece) for piece, _ in pieces) < 300


@pytest.mark.parametrize(
    "marks", [[Span(2, 4), Span(3, 6)], [Span(0, 10)], [Span(2, 4), Span(2, 4)], [Span(0, 0)], [Span(8, 99)], []]
)
def test_marks_that_overlap_or_lie_outside_never_change_the_text(marks: list[Span]) -> None:
    pieces = marked("0123456789", marks)

    assert "".join(piece for piece, _ in pieces) == "0123456789"
