"""Turns rules and a pack's own lines into what the judge uses."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from policy import exemptions, reading
from policy.detect import index_of
from policy.district import District, LinkStrictness
from policy.judge import judge
from policy.links import Hosts, sponsored
from policy.loading.cases import what_failed
from policy.loading.lexicon import Groups
from policy.message import Context, Message
from policy.pack import Clause, Pack, Settings
from policy.rule import Case, GroupId, Rule
from policy.sweep import Sweep
from policy.verdict import ClauseId, PackId, Verdict
from policy.vocabulary import Vocabulary, vocabulary_of
from policy.words import Text

MADE_UP_DISTRICT = District(
    name="Our District",
    hosts=("*.ourdistrict.org", "ourdistrict.org", "ourdistrict.zoom.us"),
    accounts=("@OurDistrictSchools", "facebook.com/OurDistrictSchools"),
    tools={
        "Slack": ("slack.com",),
        "Teams": ("teams.microsoft.com",),
        "Google Classroom": ("classroom.google.com",),
        "ParentSquare": ("parentsquare.com",),
        "Google Workspace": ("docs.google.com", "forms.gle", "drive.google.com"),
    },
)
"""The district in which the cases of rules are tried."""


@dataclass(frozen=True)
class Compiler:
    """Compiles packs out of one library. They share one sweep over the groups of all its rules."""

    lexicon: Groups
    hosts: Hosts
    rules: Collection[Rule]
    ordinary_words: Sequence[Sequence[str]] = ()

    def pack(
        self,
        rules: Iterable[Rule],
        *,
        clauses: Mapping[ClauseId, Clause],
        district: District,
        links: LinkStrictness,
        settings: Settings,
        labels: Mapping[str, str],
    ) -> Pack:
        """The pack; `labels` are id, version, name, policy, cite, adopted and revised."""
        by_id = {rule.id: rule for rule in rules}
        return Pack(
            id=PackId(labels["id"]),
            version=labels["version"],
            name=labels["name"],
            policy=labels["policy"],
            cite=labels["cite"],
            adopted=labels.get("adopted", ""),
            revised=labels.get("revised", ""),
            district=district,
            links=links,
            settings=settings,
            clauses=dict(clauses),
            rules=by_id,
            sweep=self._sweep,
            vocabulary=self._vocabulary,
            index=index_of(by_id.values(), self._sweep),
            hosts=self.hosts,
            sponsored=sponsored(district),
        )

    def pack_of_one(self, rule: Rule, links: LinkStrictness) -> Pack:
        """A pack in which only this rule works, in the made-up district."""
        clause = Clause(ClauseId("1"), Text("Cases", "Casos"), Text("Cases", "Casos"), rules=(rule.id,))
        labels = {"id": "cases", "version": "0", "name": "Cases", "policy": "Cases", "cite": "Cases"}
        return self.pack(
            [rule],
            clauses={clause.id: clause},
            district=MADE_UP_DISTRICT,
            links=links,
            settings=Settings(),
            labels=labels,
        )

    def failures(self, rule: Rule) -> Iterable[tuple[Case, str]]:
        """The cases of the rule that are not as they say, with what was or was not found."""
        packs = {links: self.pack_of_one(rule, links) for links in {case.links for case in rule.cases}}
        for case in rule.cases:
            reason = what_failed(case, _verdict(case.message, case.context, packs[case.links]))
            if reason is not None:
                yield case, reason

    @cached_property
    def _groups(self) -> dict[GroupId, tuple[str, ...]]:
        """The groups that the rules' detectors and the exemptions use."""
        used = {group for rule in self.rules for detector in rule.detectors for group in detector.groups}
        used.update(exemptions.GROUPS)
        own = {GroupId(f"{rule.id}/{name}"): entries for rule in self.rules for name, entries in rule.terms.items()}
        return {group: entries for group, entries in {**self.lexicon, **own}.items() if group in used}

    @cached_property
    def _sweep(self) -> Sweep:
        extras = {**reading.EXTRAS, "link": self.hosts.hint}
        return Sweep(self._groups, extras, reading.SIGNALS)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return vocabulary_of(self._sweep.vocabulary, self.ordinary_words)


def _verdict(message: Message, context: Context, pack: Pack) -> Verdict:
    return judge(message, context, pack)
