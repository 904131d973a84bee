"""The shipped packs carry every clause that the product promises to detect, check, run with people, or explain."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import policy

PACKS = Path(policy.__file__).parent / "packs"
SHIPPED = ("thomaston", "ledyard", "operations-2017", "west-hartford", "crec")
TH, LE, OP, WH, CR = SHIPPED


@dataclass(frozen=True, slots=True)
class Promise:
    """In each pack, these clauses (and no others of it) are enforced by `name`."""

    kind: str
    name: str
    clauses: dict[str, str]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


PROMISES = (
    # What content rules find.
    Promise("rules", "commercial", {TH: "S8", LE: "prohibited-purposes", WH: "prohibited-purposes", CR: "S8"}),
    Promise("rules", "political", {TH: "S8", LE: "prohibited-purposes", WH: "prohibited-purposes", CR: "S8"}),
    Promise("rules", "proselytizing", {TH: "S8", LE: "prohibited-purposes", WH: "prohibited-purposes", CR: "S8"}),
    Promise("rules", "personal_link", {TH: "S7", WH: "links", CR: "S7"}),
    Promise(
        "rules", "student_photo", {LE: "pictures-to-students judgment student-pictures", OP: "4c-vii", CR: "S2-photos"}
    ),
    Promise("rules", "student_location", {CR: "S2-location"}),
    Promise(
        "rules",
        "confidential",
        {TH: "S6", LE: "confidentiality", OP: "4c-x 4d-iii 4e-ii", WH: "confidentiality", CR: "S6"},
    ),
    Promise("rules", "respect", {TH: "S3", LE: "content respect", OP: "4d-i 4e-i 4e-viii", WH: "respect", CR: "S3"}),
    Promise(
        "rules",
        "boundary",
        {
            TH: "S2-boundaries",
            LE: "relationships peers private-life sexual-talk content",
            OP: "4a 4c-i",
            WH: "boundaries",
            CR: "S2-boundaries",
        },
    ),
    Promise(
        "rules",
        "private_contact",
        {
            LE: "texting school-business",
            OP: "4b 4c-ii 4c-iii 4c-iv 4c-v 4c-vi",
            CR: "S2-account S2-boundaries",
        },
    ),
    Promise("rules", "misrepresentation", {TH: "S9", OP: "4c-ix 4e-iv", WH: "misrepresentation", CR: "S9"}),
    Promise("rules", "illicit", {TH: "S4", LE: "content", CR: "S4"}),
    Promise("rules", "copyright", {TH: "S4", OP: "4d-ii 4d-v 4e-iii", CR: "S4"}),
    Promise("rules", "anonymous", {OP: "4c-viii", CR: "S4"}),
    Promise("rules", "instructional", {CR: "S2-instruction"}),
    Promise("rules", "safety", dict.fromkeys(SHIPPED, "duty")),
    Promise("rules", "canary", dict.fromkeys(SHIPPED, "drill")),
    # What governance checks hold to.
    Promise("checks", "approved", {TH: "S1", LE: "approval", WH: "approval", CR: "S1 S2-permission"}),
    Promise("checks", "closed", {TH: "S2-closed", WH: "closed", CR: "S2-closed S2-private"}),
    Promise("checks", "invited", {TH: "S2-invited", WH: "invited", CR: "S2-private S2-invited"}),
    Promise("checks", "membership", {TH: "S2-closed", WH: "closed", CR: "S2-closed"}),
    Promise("checks", "parent_access", {TH: "S2-parents", LE: "parents-notified", WH: "parents", CR: "S2-parents"}),
    Promise("checks", "supervisor_access", {TH: "S2-supervisor", WH: "administration-access", CR: "S2-supervisor"}),
    Promise("checks", "district_account", {LE: "school-business", OP: "4c-v", CR: "S2-account"}),
    Promise("checks", "purpose", {TH: "S2-purpose", WH: "purpose", CR: "S2-purpose"}),
    Promise("checks", "monitored", {TH: "S2-monitored", LE: "monitoring", WH: "monitoring", CR: "S2-monitored"}),
    Promise("checks", "notices", {TH: "S5", LE: "parents-notified monitoring-notice", CR: "S2-notices S5"}),
    Promise("checks", "ownership", {OP: "4g"}),
    Promise("checks", "approved_tools", {OP: "4b"}),
    # What the bot leads people through.
    Promise("workflows", "register", {TH: "S1", WH: "approval", CR: "S1"}),
    Promise("workflows", "alert", {WH: "report-violations"}),
    Promise("workflows", "review", {TH: "consequences", LE: "investigation", OP: "4f 4j"}),
    Promise("workflows", "ask_first", {TH: "S6", LE: "confidentiality", CR: "S6"}),
    Promise("workflows", "photo_consent", {CR: "S2-photos"}),
    Promise("workflows", "report", {WH: "report-violations"}),
    Promise(
        "workflows", "monitoring_record", {TH: "S2-monitored", LE: "monitoring", WH: "monitoring", CR: "S2-monitored"}
    ),
    Promise("workflows", "records", {TH: "foia", LE: "foia"}),
    Promise("workflows", "correction", {OP: "4e-v"}),
    Promise(
        "workflows",
        "follow_up",
        {TH: "consequences", LE: "consequences", OP: "4f 4k", WH: "consequences", CR: "consequences"},
    ),
)

# What `/policy` explains and the bot never watches for.
LOOKED_UP = {
    TH: "P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 definitions legal",
    LE: "scope expression liability equipment legal",
    OP: "1 2 3 4d-iv 4d-vi 4e-vi 4e-vii 4h 4i 5",
    WH: "personal-respect personal-confidentiality personal-pages",
    CR: "P1 P2 P3 P4 P5 P6 P7 P8 P9 access-password access-presence access-invitation access-exceptions definitions"
    " consequences-confidential consequences-protected legal",
}


@cache
def clauses_of(pack: str) -> dict[str, dict[str, Any]]:
    """The pack's clauses by id, those of the pack it extends first."""
    data = yaml.safe_load((PACKS / f"{pack}.yml").read_text(encoding="utf-8"))
    inherited = clauses_of(data["extends"]) if "extends" in data else {}
    return inherited | {clause["id"]: clause for clause in data["clauses"]}


def enforced_by(pack: str, kind: str, name: str) -> list[str]:
    return [clause_id for clause_id, clause in clauses_of(pack).items() if name in clause.get(kind, [])]


@pytest.mark.parametrize("promise", PROMISES, ids=str)
def test_a_promise_stands_under_exactly_its_clauses_in_every_pack(promise: Promise) -> None:
    found = {pack: enforced_by(pack, promise.kind, promise.name) for pack in SHIPPED}

    assert {pack: ids for pack, ids in found.items() if ids} == {
        pack: ids.split() for pack, ids in promise.clauses.items()
    }


@pytest.mark.parametrize("pack", SHIPPED)
def test_nothing_enforces_a_clause_that_was_not_promised(pack: str) -> None:
    promised = {(promise.kind, promise.name) for promise in PROMISES}

    claimed = {
        (kind, name)
        for clause in clauses_of(pack).values()
        for kind in ("rules", "checks", "workflows")
        for name in clause.get(kind, [])
    }

    assert claimed
    assert claimed <= promised


@pytest.mark.parametrize("pack", SHIPPED)
def test_clauses_about_private_life_are_for_looking_up_only(pack: str) -> None:
    clauses = clauses_of(pack)

    watched = {
        clause_id
        for clause_id in LOOKED_UP[pack].split()
        if clauses[clause_id].keys() & {"rules", "checks", "workflows"}
    }

    assert not watched


@pytest.mark.parametrize("pack", SHIPPED)
def test_every_clause_is_explained_briefly_in_both_languages(pack: str) -> None:
    clauses = clauses_of(pack)

    texts = [
        clause[part][lang] for clause in clauses.values() for part in ("section", "summary") for lang in ("en", "es")
    ]

    assert len(texts) == 4 * len(clauses) > 60
    assert all(text.strip() and len(text) <= 330 for text in texts)


def test_the_numbered_clauses_of_thomaston_and_crec_are_complete() -> None:
    for pack, personal in ((TH, 11), (CR, 9)):
        numbers = {f"S{n}" for n in range(1, 10)} | {f"P{n}" for n in range(1, personal + 1)}

        assert numbers <= clauses_of(pack).keys()


def test_crec_enforces_every_rule_there_is() -> None:
    enforced = {rule for clause in clauses_of(CR).values() for rule in clause.get("rules", [])}

    assert enforced == {promise.name for promise in PROMISES if promise.kind == "rules"}
