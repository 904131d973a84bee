"""Finds links, plain or disguised, and says where they lead: whose host, what kind of site, what the label hides."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from policy.district import District, LinkStrictness
from policy.fold import Folded, fold, plain
from policy.hits import Hit, Hits
from policy.message import Allowance, AllowanceKind, Message
from policy.patterns import compiled
from policy.rule import GroupId

LINK = GroupId("@link")
SOCIAL = GroupId("@link.social")
PERSONAL = GroupId("@link.personal")
ITEM = GroupId("@link.item")
UNSPONSORED = GroupId("@link.unsponsored")
PAYMENT = GroupId("@link.payment")
SHORTENER = GroupId("@link.shortener")
INVITE = GroupId("@link.invite")
FILE_SHARE = GroupId("@link.file_share")
MISLABELLED = GroupId("@link.mislabelled")
SIGNALS = (LINK, SOCIAL, PERSONAL, ITEM, UNSPONSORED, PAYMENT, SHORTENER, INVITE, FILE_SHARE, MISLABELLED)

ACCOUNTS = frozenset({"social", "personal", "invite"})
"""Kinds of sites on which people have accounts, pages and groups of their own."""
MOST_LINKS = 250
"""With more links than this nobody can say where they all lead: the message counts as one with a personal link."""


class Place(NamedTuple):
    """Where a link leads, in lower case: the host without `www.`, and the rest without a leading slash."""

    host: str
    path: str


class Site(NamedTuple):
    """A host and all below it; with a path only what begins with it."""

    host: str
    path: str = ""

    def holds(self, place: Place) -> bool:
        return _is_below(place.host, self.host) and place.path.startswith(self.path)


@dataclass(frozen=True)
class Hosts:
    """What is known about hosts in general: kinds of sites, private mailboxes, and endings that hosts have."""

    kinds: Mapping[str, tuple[Site, ...]]
    mail: frozenset[str]
    top_level: tuple[str, ...]
    top_level_and_word: tuple[str, ...]

    def kinds_of(self, place: Place) -> set[str]:
        """The kinds of the lists that have the place."""
        return {
            kind
            for host in _parents(place.host)
            for kind, path in self._by_host.get(host, ())
            if place.path.startswith(path)
        }

    @cached_property
    def pattern(self) -> str:
        """What a link looks like in a plain view."""
        return _link_pattern((*self.top_level, *self.top_level_and_word))

    @cached_property
    def hint(self) -> str:
        """Where this is not in a plain view, `pattern` is not either; it counts no letters."""
        return rf"//|www\.|{_DOT}(?:{'|'.join(sorted((*self.top_level, *self.top_level_and_word)))})\b"

    @cached_property
    def finder(self) -> Any:  # noqa: ANN401 - re2 has no types
        return compiled(self.pattern)

    @cached_property
    def _by_host(self) -> dict[str, list[tuple[str, str]]]:
        by_host: dict[str, list[tuple[str, str]]] = {}
        for kind, sites in self.kinds.items():
            for site in sites:
                by_host.setdefault(site.host, []).append((kind, site.path))
        return by_host


@dataclass(frozen=True, slots=True)
class Sponsored:
    """What the district and the channel's exceptions allow."""

    exact: frozenset[str]
    below: tuple[str, ...]
    accounts: tuple[Site, ...]
    handles: frozenset[str]

    def has(self, place: Place) -> bool:
        """Whether the place is the district's own, an approved tool's, or a sponsored account's."""
        return (
            place.host in self.exact
            or any(_is_below(place.host, parent) for parent in self.below)
            or any(_is_below(place.host, site.host) and _is_account(place.path, site.path) for site in self.accounts)
            or self._has_account_of_handle(place)
        )

    def _has_account_of_handle(self, place: Place) -> bool:
        name = place.path.split("/")[0].split("?")[0].lstrip("@")
        return bool(name) and name in self.handles


def sponsored(district: District, allowances: Iterable[Allowance] = ()) -> Sponsored:
    """The district's hosts, tools and accounts, with what the channel's exceptions add to them."""
    hosts = [*district.hosts, *(host for tool in district.tools.values() for host in tool)]
    accounts = list(district.accounts)
    for allowance in allowances:
        if allowance.kind in (AllowanceKind.HOST, AllowanceKind.TOOL):
            hosts.append(allowance.value)
        elif allowance.kind is AllowanceKind.ACCOUNT:
            accounts.append(allowance.value)
    lowered = [host.strip().casefold() for host in hosts if "." in host]
    sites = [place_of(account) for account in accounts if "." in account.split("/")[0].lstrip("@") and "/" in account]
    return Sponsored(
        exact=frozenset(place_of(host).host for host in lowered if not host.startswith("*.")),
        below=tuple(host.removeprefix("*.") for host in lowered if host.startswith("*.")),
        accounts=tuple(Site(site.host, site.path.rstrip("/")) for site in sites if site.path),
        handles=frozenset(account.strip().lstrip("@").casefold() for account in accounts if "/" not in account),
    )


def place_of(address: str) -> Place:
    """Host and path of an address, however it is written; an empty host where it has none (`mailto:`, nonsense)."""
    scheme, mark, rest = address.strip().casefold().partition("://")
    if not mark:
        rest = scheme
        if rest.startswith(("mailto:", "tel:", "sms:", "javascript:", "data:", "slack:", "msteams:")):
            return Place("", "")
    authority, _, path = rest.replace("\\", "/").replace("?", "/?").replace("#", "/#").partition("/")
    host = authority.rpartition("@")[2].partition(":")[0].strip(".").removeprefix("www.")
    return Place(host, path)


class Found(NamedTuple):
    """A link in the message: where it leads, and its stretch of the plain view."""

    place: Place
    hit: Hit
    is_mislabelled: bool = False


def find(message: Message, text: Folded, hosts: Hosts, *, in_text: bool) -> list[Found]:
    """All links of the message, those that the platform marked and those that are only written."""
    found = [
        _marked(link.target, text, text.view(link.start, link.end), hosts) for link in message.links[: MOST_LINKS + 1]
    ]
    marked = {link.hit[:2] for link in found}
    if in_text:
        found += [link for link in _written(text, hosts) if link.hit[:2] not in marked]
    return [link for link in found if link.place.host]


def signals(found: list[Found], hosts: Hosts, own: Sponsored, strictness: LinkStrictness) -> Hits:
    """The `@link` groups of these links."""
    hits: Hits = {}
    for link in found:
        for signal in _signals_of(link, hosts, own, strictness):
            hits.setdefault(signal, []).append(link.hit)
    if len(found) > MOST_LINKS:
        hits.setdefault(PERSONAL, [found[-1].hit])
    return hits


def _signals_of(link: Found, hosts: Hosts, own: Sponsored, strictness: LinkStrictness) -> list[GroupId]:
    kinds = hosts.kinds_of(Place(link.place.host.removesuffix(_LOOKALIKE), link.place.path))
    named = [LINK] + ([SOCIAL] if "social" in kinds else []) + ([MISLABELLED] if link.is_mislabelled else [])
    if own.has(link.place):
        return named
    if strictness is LinkStrictness.UNSPONSORED:
        named.append(UNSPONSORED)
    if kinds & ACCOUNTS:
        named.append(ITEM if _is_item(link.place, kinds) else PERSONAL)
    named += [signal for kind, signal in _BY_KIND.items() if kind in kinds]
    return named


def _is_item(place: Place, kinds: Set[str]) -> bool:
    """Whether the link leads to one video or post and not to somebody's account: `watch?v=...`, `2024/05/a-post`."""
    year, month = place.path[:4], place.path[5:7]
    return "item" in kinds or ("personal" in kinds and year.isdigit() and month.isdigit() and place.path[4] == "/")


_BY_KIND = {"payment": PAYMENT, "shortener": SHORTENER, "invite": INVITE, "file_share": FILE_SHARE}


def _marked(target: str, text: Folded, stretch: tuple[int, int], hosts: Hosts) -> Found:
    place = place_of(target)
    read = _unspoofed(place)
    if read.is_spoofed:
        return Found(Place(plain(read.host) + _LOOKALIKE, place.path), Hit(*stretch), is_mislabelled=True)
    label = text.plain[slice(*stretch)]
    return Found(place, Hit(*stretch), _hides(label, place, hosts))


_LOOKALIKE = ".lookalike"
"""Stands behind a host that only looks like this one: it is of the same kind, and nobody's who is trusted."""


class _Read(NamedTuple):
    host: str
    is_spoofed: bool


def _unspoofed(place: Place) -> _Read:
    """The host as it shows; spoofed where it only looks like a plain one."""
    host = place.host
    if "xn--" in host:
        host = ".".join(_decoded(label) for label in host.split("."))
    return _Read(host, not host.isascii() and plain(host).isascii())


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _hides(label: str, place: Place, hosts: Hosts) -> bool:
    """Whether the label names another host than the link leads to."""
    if "." not in label or not place.host:
        return False
    match = hosts.finder.search(label)
    if match is None:
        return False
    shown = place_of(_mended(match.group()))
    return bool(shown.host) and not _is_related(shown.host, place.host)


def _is_related(one: str, other: str) -> bool:
    return _is_below(one, other) or _is_below(other, one) or _registered(one) == _registered(other)


def _registered(host: str) -> str:
    """The part of a host that somebody registered: two labels, or three under such as co.uk and com.mx."""
    labels = host.split(".")
    is_second_level = (
        len(labels) > 2
        and len(labels[-1]) == 2
        and labels[-2] in {"co", "com", "org", "net", "edu", "gob", "ac", "k12"}
    )
    return ".".join(labels[-3:] if is_second_level else labels[-2:])


def _written(text: Folded, hosts: Hosts) -> Iterable[Found]:
    """Links in the text itself. Their hosts are read as typed: a look-alike letter makes another host."""
    may_be_spoofed = not text.is_same and any(map(_is_lookalike, set(text.typed)))
    for count, match in enumerate(hosts.finder.finditer(text.plain)):
        if count > MOST_LINKS:
            return
        start, end = match.span()
        written = text.plain[start:end].rstrip(".,;:!?)'\"*_~`]}")
        if (start and text.plain[start - 1] in "@.-_") or (start and text.plain[start - 1].isalnum()):
            continue
        place = place_of(_mended(written))
        if not _is_link(written, place, hosts):
            continue
        hit = Hit(start, start + len(written))
        read = _unspoofed(place)
        is_spoofed = read.is_spoofed or (may_be_spoofed and _is_spoofed(text, hit))
        yield Found(Place(plain(read.host) + _LOOKALIKE, place.path) if is_spoofed else place, hit, is_spoofed)


def _is_spoofed(text: Folded, hit: Hit) -> bool:
    """Whether the host was typed with letters of another alphabet that look Latin."""
    span = text.span(hit.start, hit.end)
    return any(map(_is_lookalike, place_of(text.typed[span.start : span.end]).host))


def _is_lookalike(letter: str) -> bool:
    """Whether it is a letter of Greek, Cyrillic or another alphabet of which some pass for Latin ones."""
    return "\u0370" <= letter <= "\u1fff" and letter.isalpha()


def _is_link(written: str, place: Place, hosts: Hosts) -> bool:
    """A written-out address is; a bare host is when its ending is no word, or the host is known, or a path follows."""
    if written.startswith(("http", "hxxp", "h**p", "ftp", "www.")):
        return "." in place.host
    if fold(place.host).plain != place.host or max(map(len, place.host.split("."))) > _LONGEST_LABEL:
        return False
    ending = place.host.rpartition(".")[2]
    is_plain = "." in written and " " not in written
    if is_plain and (ending in hosts.top_level or place.path.strip("/")):
        return True
    return bool(hosts.kinds_of(place)) or (not is_plain and "[" in written)


def _mended(written: str) -> str:
    """The address with its disguise undone: `hxxp`, `[.]`, ` dot `."""
    mended = written
    for scheme in ("hxxps", "h**ps", "hxxp", "h**p"):
        if mended.startswith(scheme):
            mended = "http" + mended.removeprefix(scheme)
    for dot in ("[.]", "(.)", "[dot]", "(dot)", " dot ", " punto "):
        mended = mended.replace(dot, ".")
    return mended.replace("[:]", ":").replace(" ", "")


_DOT = r"(?:\.| ?\[\.\] ?| ?\(\.\) ?| ?[(\[]dot[)\]] ?| dot | punto )"


_LONGEST_LABEL = 63
"""Counted here and not by the pattern, for which RE2 would need a state for every letter."""


def _link_pattern(endings: tuple[str, ...]) -> str:
    rest = r"""[^\s<>"|]"""
    scheme = rf"(?:h(?:tt|xx|\*\*)ps?|ftp)\[?:\]? ?// ?{rest}+"
    label = r"[a-z0-9\-]"
    bare = rf"[a-z0-9]{label}*(?:{_DOT}{label}+){{0,4}}{_DOT}(?:{'|'.join(sorted(endings))})\b(?:/{rest}*)?"
    return rf"{scheme}|www\.{rest}+|{bare}"


def _is_below(host: str, parent: str) -> bool:
    return host == parent or host.endswith(f".{parent}")


def _parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(max(0, len(labels) - 6), len(labels))]


def _is_account(path: str, account: str) -> bool:
    return path == account or path.startswith((f"{account}/", f"{account}?"))
