"""Who and what an export is about: its channels, the people with their roles, and the files of each channel's days."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from adapters.export.json_rows import BrokenArray, rows_of
from adapters.export.source import READ_ERRORS, UNREADABLE, ExportFile, NotAnExport, Source
from adapters.slack.content import Json
from adapters.slack.text import whole_characters
from policy.message import ChannelKind, Role
from policy.words import Text

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the export. `role` is what it is in every channel that it does not own."""

    id: str
    name: str
    role: Role
    is_app: bool = False


@dataclass(frozen=True, slots=True)
class ExportedChannel:
    """One channel with the files of its days, oldest first. `owner` is empty where nobody is known."""

    id: str
    name: str
    kind: ChannelKind
    owner: str
    days: tuple[ExportFile, ...]


@dataclass
class Notes:
    """What could not be read or was left out, to be told and never to be passed over in silence."""

    odd: Counter[str] = field(default_factory=Counter)
    """Rows that are no message, by file."""
    broken: dict[str, str] = field(default_factory=dict)
    """Files that could not be read to their end, and why."""
    unchecked: Counter[str] = field(default_factory=Counter)
    """Messages that the judge could not take, by file."""
    direct_folders: int = 0
    unlisted: list[str] = field(default_factory=list)
    unsafe: list[str] = field(default_factory=list)

    @property
    def is_incomplete(self) -> bool:
        """Whether a member's message may be missing."""
        return bool(self.odd or self.broken or self.unchecked or self.unsafe)

    def odd_row(self, file: PurePosixPath) -> None:
        self.odd[whole_characters(str(file))] += 1

    def unchecked_message(self, file: PurePosixPath) -> None:
        self.unchecked[whole_characters(str(file))] += 1

    def broken_file(self, file: PurePosixPath, why: Exception) -> None:
        said = str(why) if isinstance(why, BrokenArray) else (type(why).__name__ + ": " + str(why))
        self.broken[whole_characters(str(file))] = whole_characters(said)[:200]


@dataclass(frozen=True)
class Workspace:
    """The export without its messages."""

    channels: tuple[ExportedChannel, ...]
    accounts: Mapping[str, Account]
    names: Mapping[str, str]
    member_names: frozenset[str]
    zone: ZoneInfo

    @property
    def size(self) -> int:
        """All bytes of messages."""
        return sum(day.size for channel in self.channels for day in channel.days)

    def name_of(self, id_: str) -> str:
        """The name of a user or channel, or the id where it is not known."""
        return self.names.get(id_, id_)


def read_workspace(
    source: Source, notes: Notes, roles: Mapping[str, Role], kinds: Mapping[str, ChannelKind]
) -> Workspace:
    """Reads the lists of an export. `roles` (by lower-case e-mail or id) and `kinds` (by channel name) override what
    is guessed. Raises NotAnExport where there is no list of channels."""
    try:
        files = {file.path: file for file in source.files()}
    except OSError as error:
        raise NotAnExport(UNREADABLE, path=error.filename, why=error.strerror) from error
    notes.unsafe = [whole_characters(name) for name in source.unsafe]
    root = _root(files)
    if root is None:
        raise NotAnExport(_NO_CHANNELS)
    channels = list(_listed(source, files, root / "channels.json", notes, is_needed=True))
    channels += _listed(source, files, root / "groups.json", notes)
    users = list(_listed(source, files, root / "users.json", notes))
    days = _days(files, root)
    direct = {_text(row.get("id")) for row in _listed(source, files, root / "dms.json", notes)}
    direct |= {_text(row.get("name")) for row in _listed(source, files, root / "mpims.json", notes)}
    found = tuple(_channels(channels, days, direct, kinds, notes))
    accounts = {account.id: account for account in _accounts(users, roles)}
    return Workspace(
        channels=found,
        accounts=accounts,
        names={channel.id: channel.name for channel in found} | {id_: each.name for id_, each in accounts.items()},
        member_names=frozenset(name.casefold() for row in users if not row.get("is_bot") for name in _names(row)),
        zone=_zone(users),
    )


def kind_by_name(name: str) -> ChannelKind:
    """What a channel is for, guessed from its name. A club, where nothing says otherwise."""
    return next((kind for kind, telling in _TELLING.items() if telling.search(name)), ChannelKind.CLUB)


def _words(alternatives: str) -> re.Pattern[str]:
    """One of these as a word of its own; channel names join words by - and _."""
    return re.compile(rf"(?<![^\W_])(?:{alternatives})(?![^\W_])", re.IGNORECASE)


_TELLING = {
    ChannelKind.PARENTS: _words("parents?|famil(?:y|ies)|boosters?|pt[ao]|guardians?|padres|madres|familias?"),
    ChannelKind.TEAM: _words(
        "team|varsity|jv|soccer|football|baseball|softball|basketball|volleyball|hockey|lacrosse|tennis|golf|track|swim"
        "|swimming|wrestling|cheer|crew|rowing|equipo|f[uú]tbol|b[eé]isbol|voleibol|baloncesto|atletismo|nataci[oó]n"
    ),
    ChannelKind.CLASS: _words("class|classroom|period|homeroom|course|section|clase|curso|aula"),
}


def _root(files: Mapping[PurePosixPath, ExportFile]) -> PurePosixPath | None:
    """Where channels.json lies: at the top, or in the one folder that people wrap around it."""
    found = [path.parent for path in files if path.name == "channels.json" and len(path.parts) <= 2]
    return min(found, key=lambda path: len(path.parts), default=None)


def _listed(
    source: Source,
    files: Mapping[PurePosixPath, ExportFile],
    path: PurePosixPath,
    notes: Notes,
    *,
    is_needed: bool = False,
) -> Iterator[dict[str, Json]]:
    if path not in files:
        return
    try:
        with source.open(path) as stream:
            for row in rows_of(stream):
                if isinstance(row, dict) and (row.get("id") or row.get("name")):
                    yield row
                else:
                    notes.odd_row(path)
    except (BrokenArray, *READ_ERRORS) as error:
        if is_needed:
            raise NotAnExport(_BROKEN_CHANNELS, why=str(error)) from error
        notes.broken_file(path, error)


def _days(files: Mapping[PurePosixPath, ExportFile], root: PurePosixPath) -> dict[str, list[ExportFile]]:
    days: dict[str, list[ExportFile]] = defaultdict(list)
    for path, file in files.items():
        if path.parent.parent == root and _DAY.fullmatch(path.name):
            days[path.parent.name].append(file)
    return {name: sorted(of_channel, key=lambda file: file.path.name) for name, of_channel in days.items()}


def _channels(
    rows: list[dict[str, Json]],
    days: dict[str, list[ExportFile]],
    direct: set[str],
    kinds: Mapping[str, ChannelKind],
    notes: Notes,
) -> Iterator[ExportedChannel]:
    left = dict(days)
    for row in rows:
        name, id_ = whole_characters(_text(row.get("name"))), whole_characters(_text(row.get("id")))
        # Some exports name a channel's folder by its id, where the name would not do.
        files = left.pop(_text(row.get("name")), None) or left.pop(_text(row.get("id")), None) or []
        yield ExportedChannel(
            id=id_ or name,
            name=name or id_,
            kind=kinds.get(name) or kind_by_name(name),
            owner=_text(row.get("creator")),
            days=tuple(files),
        )
    for folder, files in sorted(left.items()):
        if folder in direct or re.fullmatch(r"D[A-Z0-9]{7,}|mpdm-.*", folder):
            notes.direct_folders += 1
        else:
            name = whole_characters(folder)
            notes.unlisted.append(name)
            yield ExportedChannel(
                id=name, name=name, kind=kinds.get(name) or kind_by_name(name), owner="", days=tuple(files)
            )


def _accounts(rows: list[dict[str, Json]], roles: Mapping[str, Role]) -> Iterator[Account]:
    for row in rows:
        profile = _dict(row.get("profile"))
        id_ = _text(row.get("id"))
        given = roles.get(id_.lower()) or roles.get(_text(profile.get("email")).lower())
        name = next(iter(_names(row)), id_)
        is_app = bool(row.get("is_bot") or row.get("is_app_user")) or id_ == "USLACKBOT"
        yield Account(id=id_, name=name, role=given or _guessed(row), is_app=is_app)


def _guessed(row: dict[str, Json]) -> Role:
    if any(row.get(flag) for flag in ("is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")):
        return Role.OUTSIDER
    if any(row.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner")):
        return Role.STAFF
    return Role.STUDENT


def _names(row: dict[str, Json]) -> list[str]:
    profile = _dict(row.get("profile"))
    said = (row.get("real_name"), profile.get("real_name"), profile.get("display_name"), row.get("name"))
    return [whole_characters(name.strip()) for name in said if isinstance(name, str) and name.strip()]


def _zone(rows: list[dict[str, Json]]) -> ZoneInfo:
    """The time zone most people here have, for dates as they know them."""
    for name, _ in Counter(_text(row.get("tz")) for row in rows if row.get("tz")).most_common():
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            continue
    return ZoneInfo("UTC")


def _dict(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


_NO_CHANNELS = Text(
    en="This is no Slack export: it has no channels.json. Give the zip file that Slack made (Workspace settings, "
    "Import/Export data), or the folder it was unpacked into.",
    es="No es una exportación de Slack: no contiene channels.json. Indique el zip que hizo Slack (Configuración, "
    "Importar/exportar datos), o la carpeta en que se descomprimió.",
)
_BROKEN_CHANNELS = Text(
    en="The list of channels (channels.json) cannot be read: it {why}. Download the export from Slack again.",
    es="No se puede leer la lista de canales (channels.json): {why}. Descargue de nuevo la exportación de Slack.",
)
