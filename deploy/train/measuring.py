"""Measures the judge with the shipped model, as people will meet it."""

import csv
import random
from collections import Counter
from pathlib import Path

from data import LABELS, Row
from scoring import Found, report

from policy import judge
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from policy.verdict import Severity

CLUB = Context(ChannelKind.CLUB, "robotics")
NAMES = {
    "English": ("Emily", "Jake", "Hannah", "Connor", "Megan", "Tyler", "Abigail", "Luke"),
    "Spanish": ("Xiomara", "Jesús", "Guadalupe", "Santiago", "Yesenia", "Ángel", "Marisol", "Iván"),
    "Arabic and South Asian": ("Mohammed", "Aaliyah", "Priya", "Hassan", "Fatima", "Arjun", "Zainab", "Omar"),
    "West African and Black American": ("DeShawn", "Adaeze", "Latoya", "Kwame", "Imani", "Jamal", "Chidi", "Keisha"),
    "East Asian": ("Nguyen", "Xiu Ying", "Hyun-woo", "Thao", "Takumi", "Mei", "Linh", "Jin"),
}
HARMLESS = (
    "{} played a great game last night, congrats!",
    "Can {} bring the blue folder to practice?",
    "{} and I will set up the snack stand at 4",
    "Thanks {} for helping with the posters",
    "{} is running late today, start without us",
    "Happy birthday {}! cake after rehearsal",
    "Who has the script that {} left in the gym?",
    "{} finna be late to practice, tell coach",
    "yall seen {}? we boutta start warmups",
    "{} been working hard on that solo fr",
)
DIALECT = {
    "plain": (
        "We are going to win on Friday",
        "He is always late to practice",
        "I am so tired today",
        "That was a very good game",
    ),
    "African American English": (
        "we finna win friday no cap",
        "he stay late to practice smh",
        "im deadass tired today",
        "that game was fire bruh on god",
    ),
    "Spanish-English": (
        "vamos a win on friday ok?",
        "he's always tarde to practice jaja",
        "ando bien tired hoy",
        "ese game estuvo super good",
    ),
}


def found_by(pack: Pack, rows: list[Row]) -> Found:
    """The labels of each row's verdict."""
    return [frozenset(str(f.rule) for f in judge(row.message, row.context, pack).alerting) for row in rows]


def measured(pack: Pack, rows: list[Row]) -> dict[str, object]:
    return report(rows, found_by(pack, rows))


def chat_alarms(pack: Pack, path: Path, most: int = 20_000) -> tuple[int, float, float, dict[str, int]]:
    """Of ordinary chat: lines read, findings in 1,000 lines without `respect` and with it, and for each rule."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if len(lines) > most:
        lines = random.Random(7).sample(lines, most)
    counted = Counter(
        str(f.rule)
        for line in lines
        for f in judge(Message(line, Role.STUDENT), Context(ChannelKind.CLUB), pack).alerting
    )
    every = sum(counted[label] for label in LABELS)
    thousand = len(lines) / 1000
    return len(lines), (every - counted["respect"]) / thousand, every / thousand, dict(counted)


def functions(pack: Pack, path: Path, most: int = 100) -> dict[str, tuple[int, float, float]]:
    """For each function of a HateCheck file: cases read, shares flagged `respect`, and by it high or urgent."""
    cases: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cases.setdefault(row["functionality"], []).append(row["test_case"])
    return {name: _share(pack, texts[:most]) for name, texts in sorted(cases.items())}


def _share(pack: Pack, texts: list[str]) -> tuple[int, float, float]:
    flagged = high = 0
    for text in texts:
        found = [f for f in judge(Message(text, Role.STUDENT), CLUB, pack).alerting if f.rule == "respect"]
        flagged += bool(found)
        high += any(f.severity >= Severity.HIGH for f in found)
    return len(texts), flagged / len(texts), high / len(texts)


def names_alarm(pack: Pack) -> dict[str, tuple[int, float]]:
    """The share of harmless messages that are flagged, by whose names stand in them and by way of speaking."""
    groups = {whose: [text.format(name) for text in HARMLESS for name in names] for whose, names in NAMES.items()}
    groups |= {f"dialect: {name}": list(texts) for name, texts in DIALECT.items()}
    return {
        whose: (len(texts), sum(bool(judge(Message(t, Role.STUDENT), CLUB, pack).alerting) for t in texts) / len(texts))
        for whose, texts in groups.items()
    }
