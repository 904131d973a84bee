"""The journal: who did what, as a hash chain in which any later change shows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal. `name` has three parts (`incident:state:confirmed`); `facts` hold ids, rules and
    digests, never words or names."""

    at: datetime
    name: str
    subject: str
    actor: str
    facts: Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry in its place in the chain."""

    seq: int
    entry: Entry
    previous: str
    hash: str


def hash_of(seq: int, entry: Entry, previous: str) -> str:
    """The row's hash: SHA-256 over the previous hash and the entry in one canonical form."""
    body = json.dumps(
        [seq, entry.at.isoformat(timespec="microseconds"), entry.name, entry.subject, entry.actor, dict(entry.facts)],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return sha256(f"{previous}\n{body}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first row where the chain does not hold, and why."""

    seq: int
    reason: str


def first_break(rows: Iterable[Row], *, head: str | None = None) -> Break | None:
    """Walks the chain from its first row. `head`, a hash that was kept elsewhere, also finds a chain that was rewritten
    whole or cut off at its end. None: the journal is as it was written."""
    previous, expected, seen_head = GENESIS, 1, head is None
    for row in rows:
        if row.seq != expected:
            return Break(seq=expected, reason="row is missing")
        if row.previous != previous:
            return Break(seq=row.seq, reason="does not follow the row before it")
        if row.hash != hash_of(row.seq, row.entry, row.previous):
            return Break(seq=row.seq, reason="was changed after it was written")
        previous, expected = row.hash, expected + 1
        seen_head = seen_head or row.hash == head
    return None if seen_head else Break(seq=expected, reason="the head kept elsewhere is not in the chain")
