"""Loads packs: reads rules, lexicon and packs, checks all of it, tries every case, and compiles what the judge uses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from policy.loading.changes import Change, check_width
from policy.loading.compiling import Compiler
from policy.loading.lexicon import HOSTS, Groups, read_groups, read_hosts, read_words
from policy.loading.own_cases import failing
from policy.loading.packs import Draft, read_pack
from policy.loading.problems import CasesFail, PackError, Problem, Problems
from policy.loading.rules import read_rule
from policy.model.opinion import Model
from policy.pack import Pack
from policy.rule import Rule
from policy.verdict import PackId, RuleId

__all__ = ["CasesFail", "PackError", "Packs", "Problem", "load_pack", "load_packs", "load_rule"]

_HOME = Path(__file__).parent.parent


class Packs(Mapping[PackId, Pack]):
    """The packs that channels may have, by id; abstract ones are not among them."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._packs = {pack.id: pack for pack in packs}

    def __getitem__(self, pack: PackId) -> Pack:
        return self._packs[pack]

    def __iter__(self) -> Iterator[PackId]:
        return iter(self._packs)

    def __len__(self) -> int:
        return len(self._packs)


def load_packs(
    own: Iterable[Path] = (), *, home: Path = _HOME, model: Model | None = None, check_cases: bool = True
) -> Packs:
    """All packs of `home` (the shipped ones), and a district's own: pack files, or folders of them; their judge asks
    `model`, too.

    Everything is read now; judging reads nothing. Raises PackError with every problem of every file, and CasesFail
    where all is well but examples of a pack that do not hold.
    `check_cases` may be left out only for files whose cases were tried before.
    """
    problems = Problems()
    shelf = _Shelf.of(home, own)
    library = _library(home, problems)
    if check_cases:
        _try_cases(library, library.rules.values(), problems)
    drafts = [read_pack(name, path, shelf.find, library.rule_names, problems) for name, path in shelf.files.values()]
    for draft in drafts:
        check_width(draft.changes if draft else {}, library.rules, problems)
    problems.raise_if_any()
    # A pack that is there to be extended only has to be compiled where its own cases are tried.
    wanted = [draft for draft in drafts if draft is not None and (check_cases or not draft.is_abstract)]
    compiled = [(draft, library.compiled(draft).with_model(model)) for draft in wanted]
    packs = Packs(pack for draft, pack in compiled if not draft.is_abstract)
    if check_cases:
        _try_own_cases([pack for _, pack in compiled], packs)
    return packs


def load_pack(
    id_or_path: str | Path,
    *,
    own: Iterable[Path] = (),
    home: Path = _HOME,
    model: Model | None = None,
    check_cases: bool = True,
) -> Pack:
    """One pack, by its id or by its file, and only its own cases and those of the rules that work in it; `own` and
    `model` as in `load_packs`. Raises PackError."""
    problems = Problems()
    path = Path(id_or_path)
    is_file = path.suffix in (".yml", ".yaml")
    shelf = _Shelf.of(home, [*own, path] if is_file else own)
    found = shelf.find(path.stem if is_file else str(id_or_path))
    if found is None:
        known = ", ".join(sorted(shelf.files))
        raise PackError([Problem(str(id_or_path), 0, f"there is no such pack; there are {known}")])
    library = _library(home, problems)
    draft = read_pack(*found, shelf.find, library.rule_names, problems)
    if draft is not None and check_cases:
        _try_cases(library, [library.rules[rule] for rule in draft.rule_ids if rule in library.rules], problems)
    check_width(draft.changes if draft else {}, library.rules, problems)
    problems.raise_if_any()
    if draft is None:
        raise PackError(problems.found)
    pack = library.compiled(draft).with_model(model)
    if check_cases:
        _try_own_cases([pack], Packs([pack]))
    return pack


def load_rule(name: str, *, home: Path = _HOME) -> Rule:
    """One rule, its cases tried. Raises PackError with the problems of its file and of the lexicon."""
    problems = Problems()
    path = home / "rules" / f"{name}.yml"
    if not path.is_file():
        raise PackError([Problem(_name(path, home), 0, "there is no such file")])
    library = _library(home, problems)
    rule = library.rules.get(RuleId(name))
    if rule is not None:
        _try_cases(library, [rule], problems)
    rules_folder = _name(home / "rules", home)
    here = [each for each in problems.found if each.file == _name(path, home) or not each.file.startswith(rules_folder)]
    if here or rule is None:
        raise PackError(here)
    return rule


@dataclass(slots=True)
class _Library:
    """What packs are made of."""

    rules: Mapping[RuleId, Rule]
    rule_names: frozenset[str]
    sources: Mapping[RuleId, str]
    shared: str
    compiler: Compiler
    files: Mapping[RuleId, str]

    def compiled(self, draft: Draft) -> Pack:
        changes: Mapping[RuleId, Change] = draft.changes
        rules = [self.rules[rule] for rule in draft.rule_ids]
        pack = self.compiler.pack(
            [changes[rule.id].made_to(rule) if rule.id in changes else rule for rule in rules],
            clauses=draft.clauses,
            district=draft.district,
            links=draft.links,
            settings=draft.settings,
            labels={**draft.labels, "id": draft.id, "version": self._fingerprint(draft)},
        )
        return replace(
            pack,
            notices={name: notice for name, notice in draft.notices.items() if notice.clause},
            unless={rule: change.unless for rule, change in changes.items() if change.unless and change.unless.phrases},
            cases=draft.cases,
        )

    def _fingerprint(self, draft: Draft) -> str:
        parts = [self.shared, *draft.sources, *(self.sources[rule] for rule in sorted(draft.rule_ids))]
        return sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Pack files by id."""

    files: Mapping[str, tuple[str, Path]]

    @staticmethod
    def of(home: Path, own: Iterable[Path]) -> "_Shelf":
        """The shipped packs and the district's own, of which one with a shipped pack's id takes its place."""
        paths = [*sorted((home / "packs").glob("*.yml"))]
        for path in own:
            paths += sorted(path.glob("*.yml")) if path.is_dir() else [path]
        return _Shelf({path.stem: (_name(path, home), path) for path in paths})

    def find(self, pack: str) -> tuple[str, Path] | None:
        return self.files.get(pack)


def _library(home: Path, problems: Problems) -> _Library:
    lexicon_files = [(_name(path, home), path) for path in sorted((home / "lexicon").glob("*.yml"))]
    groups: Groups = read_groups(lexicon_files, problems)
    hosts_file = home / "lexicon" / HOSTS
    hosts = read_hosts(_name(hosts_file, home), hosts_file, problems)
    words = read_words(home / "lexicon")
    rule_files = sorted((home / "rules").glob("*.yml"))
    rules: dict[RuleId, Rule] = {}
    for path in rule_files:
        rule = read_rule(_name(path, home), path, groups, problems)
        if rule is not None:
            rules[rule.id] = rule
    return _Library(
        rules=rules,
        rule_names=frozenset(path.stem for path in rule_files),
        sources={RuleId(path.stem): path.read_text(encoding="utf-8") for path in rule_files},
        shared="\0".join([*(path.read_text(encoding="utf-8") for _, path in lexicon_files), *words]),
        compiler=Compiler(groups, hosts, tuple(rules.values()), tuple(text.split() for text in words)),
        files={RuleId(path.stem): _name(path, home) for path in rule_files},
    )


def _try_cases(library: _Library, rules: Iterable[Rule], problems: Problems) -> None:
    for rule in rules:
        for case, reason in library.compiler.failures(rule):
            problems.add(library.files[rule.id], case.line, reason)


def _try_own_cases(packs: Iterable[Pack], loaded: Packs) -> None:
    """Raises CasesFail."""
    problems = [problem for pack in packs for problem in failing(pack)]
    if problems:
        raise CasesFail(problems, loaded)


def _name(path: Path, home: Path) -> str:
    """A file as its author knows it: `policy/rules/respect.yml` for one of ours, else its path."""
    return str(path.relative_to(home.parent)) if path.is_relative_to(home) else str(path)
