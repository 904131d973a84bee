"""Messages to try a pack on: the cases of its rules, the corpus that is shipped, and what this deployment found."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import policy
from adapters.bench.labelled import LABELS
from adapters.commandline.judge import as_message
from adapters.keys import MasterKeys, master_key
from adapters.settings import Settings
from bot.errors import BrokenSeal
from bot.judging.casebook import content_in
from bot.judging.verdicts import as_message as message_of
from bot.ports import Keys, Store, Transaction
from bot.records.incidents import Incident, Origin
from bot.records.registry import role_in
from policy.message import Context, Message
from policy.pack import Pack
from policy.rule import Expectation
from policy.verdict import PackId, RuleId

CORPUS = Path(policy.__file__).parent / "model" / "corpus"
TAUGHT = frozenset(map(RuleId, LABELS))
"""The rules that the corpus is labelled with."""
BLOCK, FOLDS, HELD_OUT = 20, 10, 7
"""Every so many blocks of lines the one of this number taught nothing (`deploy/train/data.py`)."""
MOST_INCIDENTS = 2_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One message. `where` is a file and line, or an incident; `wanted` are the rules that ought to find something
    (None: nobody has said), `about` those it says anything of (None: of all). A member's own words may not be shown."""

    where: str
    message: Message
    context: Context
    wanted: frozenset[RuleId] | None = None
    about: frozenset[RuleId] | None = None
    is_members: bool = False

    def is_right(self, rule: RuleId, *, is_found: bool) -> bool | None:
        """Whether it is as it ought to be that the rule finds something; None where nobody has said."""
        if self.wanted is None or (self.about is not None and rule not in self.about):
            return None
        return (rule in self.wanted) is is_found


@dataclass(frozen=True, slots=True)
class Stored:
    """What a deployment found, of incidents under these packs: how many by rule, and how many could not be opened."""

    samples: tuple[Sample, ...]
    incidents: int
    sealed: int
    rules: Counter[RuleId]


def cases_of(packs: Iterable[Pack]) -> Iterator[Sample]:
    """The cases of all rules of the packs, each once. A known miss ought to be found too."""
    rules = {rule.id: rule for pack in packs for rule in pack.rules.values()}
    for rule in rules.values():
        for case in rule.cases:
            wanted = frozenset[RuleId]() if case.expectation is Expectation.IGNORE else frozenset({rule.id})
            where = f"policy/rules/{rule.id}.yml:{case.line} ({case.expectation})"
            yield Sample(where, case.message, case.context, wanted, frozenset({rule.id}))


def corpus(folder: Path = CORPUS, *, only_held_out: bool = False) -> Iterator[Sample]:
    """The labelled messages that the model was taught with, or those of them that were kept from it."""
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if only_held_out and (number - 1) // BLOCK % FOLDS != HELD_OUT:
                continue
            row = json.loads(line)
            # A few channels are named without a colon: "class of 2027".
            kind = row["channel"].partition(":")[0].split()[0]
            name = row["channel"].partition(":")[2]
            message, context = as_message(row | {"channel": f"{kind}:{name}"}, number)
            labels = frozenset(RuleId(label) for label in row["labels"])
            yield Sample(f"{file.name}:{number} ({row['id']})", message, context, labels, TAUGHT)


def known_keys(settings: Settings) -> Keys | None:
    """The keys of this deployment, or None where there are none yet: a new one would open nothing."""
    file = settings.state / "chaperone.key"
    given = settings.key.get_secret_value() if settings.key else None
    return MasterKeys(master_key(given, file)) if given or file.exists() else None


async def stored(store: Store, keys: Keys | None, packs: frozenset[PackId]) -> Stored:
    """The newest incidents that a rule of these packs opened, as far as their words are kept and the keys open them."""
    return await store.read(lambda tx: _stored(tx, keys, packs))


def _stored(tx: Transaction, keys: Keys | None, packs: frozenset[PackId]) -> Stored:
    newest = tx.incidents.newest(limit=MOST_INCIDENTS)
    incidents = [each for each in newest if each.origin is Origin.RULE and each.pack in packs]
    samples = [sample for each in incidents if keys and (sample := _sample(tx, keys, each))]
    rules = Counter(rule for each in incidents for rule in each.rules)
    return Stored(tuple(samples), len(incidents), len(incidents) - len(samples), rules)


def _sample(tx: Transaction, keys: Keys, incident: Incident) -> Sample | None:
    """The newest revision that was found; what was said before it is not kept for so long."""
    channel = tx.registry.channel(incident.message.channel_ref)
    key = tx.incidents.wrapped_key(incident.id)
    if channel is None or key is None:
        return None
    for evidence in reversed(tx.incidents.evidence(incident.id)):
        try:
            content = content_in(json.loads(keys.open_with(key, evidence.sealed)))
        except BrokenSeal:
            return None
        if content is not None:
            role = role_in(channel, tx.registry.person(incident.message.person(incident.author)))
            in_force = [each for each in tx.registry.exceptions(channel.ref) if each.is_in_force(tx.now)]
            allowances = tuple(each.as_allowance() for each in in_force)
            context = Context(channel.kind, channel.name, allowances=allowances)
            where = f"incident {incident.id}"
            return Sample(where, message_of(content, role), context, is_members=True)
    return None
