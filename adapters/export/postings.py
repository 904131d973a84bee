"""Walks through an export message by message, each with what was said just before it."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from adapters.export.json_rows import BrokenArray, rows_of
from adapters.export.source import READ_ERRORS, ExportFile, Source
from adapters.export.workspace import ExportedChannel, Notes, Workspace
from adapters.slack.content import Json, NotReadable, Payload, content_of, earlier_versions, is_housekeeping
from bot.core import Limits
from bot.events import Content
from policy.message import Role, Said

# Threads that are remembered at a time, and how much of each message is kept as context.
MOST_THREADS = 500
LONGEST_SAID = 4_000
_LIMITS = Limits()
# Slack began in 2013. A time before that or far ahead is a mistake, and would stretch the report's calendar.
_EARLIEST, _LATEST = datetime(2012, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One version of one message as the export has it. `at` is None where its time could not be read."""

    channel: ExportedChannel
    ts: str
    thread: str
    at: datetime | None
    author: str
    role: Role
    content: Content
    before: tuple[Said, ...]
    is_earlier_version: bool
    file: PurePosixPath


def postings(
    source: Source, workspace: Workspace, notes: Notes, on_file: Callable[[ExportFile], None]
) -> Iterator[Posting]:
    """Every message of every channel, in the order of the files. What cannot be read goes into `notes`.
    `on_file` is called when a file is done."""
    for channel in workspace.channels:
        recent = _Recent()
        for day in channel.days:
            yield from _of_day(source, workspace, channel, day, recent, notes)
            on_file(day)


def _of_day(
    source: Source, workspace: Workspace, channel: ExportedChannel, day: ExportFile, recent: "_Recent", notes: Notes
) -> Iterator[Posting]:
    try:
        with source.open(day.path) as stream:
            for row in rows_of(stream):
                yield from _of_row(row, workspace, channel, day, recent, notes)
    except (BrokenArray, *READ_ERRORS) as error:
        notes.broken_file(day.path, error)


def _of_row(
    row: Json, workspace: Workspace, channel: ExportedChannel, day: ExportFile, recent: "_Recent", notes: Notes
) -> Iterator[Posting]:
    if not isinstance(row, dict) or not isinstance(row.get("ts"), str):
        notes.odd_row(day.path)
        return
    if is_housekeeping(row):
        return
    try:
        versions = [(version, True) for version in earlier_versions(row)]
        for version, is_earlier in [*versions, (row, False)]:
            posting = _posting(version, row, workspace, channel, day, recent, is_earlier=is_earlier)
            if posting.content.text or posting.content.attachments:
                yield posting
                if not is_earlier:
                    recent.keep(posting, is_root=bool(row.get("reply_count") or row.get("replies")))
    except (NotReadable, RecursionError):
        notes.odd_row(day.path)


def _posting(
    version: Payload,
    row: Payload,
    workspace: Workspace,
    channel: ExportedChannel,
    day: ExportFile,
    recent: "_Recent",
    *,
    is_earlier: bool,
) -> Posting:
    ts, thread = str(row["ts"]), row.get("thread_ts")
    user = version.get("user") or row.get("user") or ""
    account = workspace.accounts.get(str(user))
    at = _time(ts)
    in_thread = thread if isinstance(thread, str) and thread != ts else ""
    return Posting(
        channel=channel,
        ts=ts,
        thread=in_thread,
        at=at,
        author=account.name if account else workspace.name_of(str(user or version.get("username") or "")),
        role=_role(str(user), account.role if account else None, channel),
        content=content_of(version, workspace.name_of, workspace.member_names),
        before=recent.before(in_thread, at),
        is_earlier_version=is_earlier,
        file=day.path,
    )


def _role(user: str, known: Role | None, channel: ExportedChannel) -> Role:
    """Who made the channel owns it. Whom the export does not list came from outside."""
    if user and user == channel.owner:
        return Role.OWNER
    return known or Role.OUTSIDER


def _time(ts: str) -> datetime | None:
    try:
        at = datetime.fromtimestamp(float(ts), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if _EARLIEST <= at < _LATEST else None


class _Recent:
    """The last few messages of a channel and of each of its threads. It holds as many however long the export is.

    In the channel itself only the last minutes count, as in the live product; a thread is one conversation however
    slow it is.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, deque[tuple[datetime | None, Said]]] = OrderedDict()

    def before(self, thread: str, at: datetime | None) -> tuple[Said, ...]:
        return tuple(said for when, said in self._kept.get(thread, ()) if thread or _is_near(when, at))

    def keep(self, posting: Posting, *, is_root: bool) -> None:
        said = Said(posting.role, posting.content.text[:LONGEST_SAID])
        if not posting.thread:
            self._of("").append((posting.at, said))
        if posting.thread or is_root:
            self._of(posting.thread or posting.ts).append((posting.at, said))

    def _of(self, thread: str) -> deque[tuple[datetime | None, Said]]:
        kept = self._kept.setdefault(thread, deque(maxlen=_LIMITS.context_messages))
        self._kept.move_to_end(thread)
        if len(self._kept) > MOST_THREADS:
            self._kept.popitem(last=False)
        return kept


def _is_near(when: datetime | None, at: datetime | None) -> bool:
    return when is not None and at is not None and timedelta(0) <= at - when <= _LIMITS.context_kept
