"""CSV however it was written: whatever stands in a file, no row is lost in silence and nothing else breaks."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.roster.files import BadRoster
from adapters.roster.rows import column_of, read
from policy.words import Lang

NEEDED = ("id", "name")
PLAIN = "id,name,note\n1,Ada,\n2,Ñu,x\n"


def values_of(content: bytes) -> list[tuple[str, str, str]]:
    return [(row["id"], row["name"], row["note"]) for row in read("a.csv", content, NEEDED).rows]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        ("\n\n" + PLAIN + "\n,,\n").encode(),
        '"id","name","note"\n"1","Ada",""\n"2","Ñu","x"'.encode(),
        PLAIN.replace("id", " ID ").replace("name", "Name").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "crlf", "cr", "semicolons", "tabs", "blank lines", "quoted", "headings"],
)
def test_the_same_rows_are_read_however_they_were_written(content: bytes) -> None:
    assert values_of(content) == [("1", "Ada", ""), ("2", "Ñu", "x")]


def test_a_file_in_windows_1252_is_read_and_said_to_be() -> None:
    file = read("a.csv", PLAIN.encode("cp1252"), NEEDED)

    assert [row["name"] for row in file.rows] == ["Ada", "Ñu"]
    assert ["Windows-1252" in fault.what(Lang.EN) for fault in file.faults] == [True]
    assert not file.faults[0].is_left_out


def test_a_quote_that_never_closes_costs_its_own_row_only() -> None:
    text = 'id,name,note\n1,"Ada,x\n' + "".join(f"{number},N{number},\n" for number in range(2, 60))

    file = read("a.csv", text.encode(), NEEDED)

    assert [row["id"] for row in file.rows] == [str(number) for number in range(2, 60)]
    assert [(fault.line, fault.is_left_out) for fault in file.faults] == [(2, True)]
    assert file.spoilt[0]["id"] == "1"


def test_two_stray_quotes_do_not_swallow_the_rows_between() -> None:
    file = read("a.csv", b'id,name,note\n1,"Ada,x\n2,Ben,\n3,Cy","y\n4,Dov,\n', NEEDED)

    assert [row["id"] for row in file.rows] == ["2", "4"]
    assert [fault.line for fault in file.faults] == [2, 4]


def test_quotes_that_happen_to_close_later_swallow_no_row_between() -> None:
    file = read("a.csv", b'id,name,note\n1,"Ada,\n2,Ben,x\n3,Cy",\n4,Dov,\n', NEEDED)

    assert [row["id"] for row in file.rows] == ["2", "3", "4"]
    assert [fault.line for fault in file.faults] == [2]


def test_a_line_break_within_quotes_is_one_row() -> None:
    assert values_of(b'id,name,note\n1,"Ada\nQuill","a ""b"", c"\n2,Ben,\n') == [
        ("1", "Ada Quill", 'a "b", c'),
        ("2", "Ben", ""),
    ]


def test_too_few_and_too_many_fields_are_told() -> None:
    file = read("a.csv", b"id,name,note\n1,Ada\n2,Quill, Ben,x\n3,Cy,\n", NEEDED)

    assert [row["id"] for row in file.rows] == ["3"]
    assert [fault.what(Lang.ES) for fault in file.faults] == [
        "La fila tiene 2 campos y la cabecera 3: una coma sin comillas o una fila cortada.",
        "La fila tiene 4 campos y la cabecera 3: una coma sin comillas o una fila cortada.",
    ]


def test_a_huge_line_costs_itself_only() -> None:
    file = read("a.csv", b"id,name,note\n1," + b"x" * 5_000_000 + b",\n2,Ben,\n", NEEDED)

    assert [row["id"] for row in file.rows] == ["2"]
    assert [fault.line for fault in file.faults] == [2]


def test_quotes_on_every_line_take_no_long_time() -> None:
    text = "id,name,note\n" + '1,"x,\n' * 50_000

    assert len(read("a.csv", text.encode(), NEEDED).faults) == 50_000


def test_of_two_columns_of_one_name_the_first_counts() -> None:
    file = read("a.csv", b"id,name,id\n1,Ada,9\n", NEEDED)

    assert file.rows[0]["id"] == "1"
    assert "twice" in file.faults[0].what(Lang.EN)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"id,note\n1,x\n", b'"id,name\n', b"\xff\xfe"])
def test_a_file_without_a_header_that_fits_is_refused(content: bytes) -> None:
    with pytest.raises(BadRoster, match=r"a\.csv"):
        read("a.csv", content, NEEDED)


def test_headings_are_known_whatever_their_case_accents_and_prefix() -> None:
    assert {column_of(each) for each in ("metadata.photoPermission", "Photo Permission", " photo_permission ")} == {
        "photopermission"
    }
    assert column_of("Número") == "numero"


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufffd\ufeff"),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_what_a_writer_of_csv_wrote_is_read_back(table: list[tuple[str, str, str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("id", "name", "note"), *table])

    file = read("a.csv", out.getvalue().encode(), NEEDED)

    expected = [tuple(" ".join(cell.split()) for cell in row) for row in table]
    assert [(row["id"], row["name"], row["note"]) for row in file.rows] == [row for row in expected if any(row)]
    assert file.faults == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text('",;\n\r1aÑ\x00', max_size=200).map(str.encode))
def test_whatever_bytes_follow_a_header_each_line_is_a_row_or_a_fault(content: bytes) -> None:
    file = read("a.csv", b"id,name,note\n" + content, NEEDED)

    text = content.decode("cp1252" if any("1252" in f.what(Lang.EN) for f in file.faults) else "utf-8", "replace")
    lines = [line for line in io.StringIO(text, newline="") if line.strip(" \t\r\n,")]
    told = [fault for fault in file.faults if fault.is_left_out]
    assert len(file.rows) + len(told) <= len(lines)
    assert bool(lines) == bool(file.rows or told) or not any(line.strip() for line in lines)
    assert all(len(row.values) == 3 for row in file.rows)
