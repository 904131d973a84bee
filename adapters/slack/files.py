"""Files of Slack's messages: fetched with the bot's token from Slack's own hosts, and from nowhere else."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from adapters.slack.client import Failed, Slack, Unreached
from bot.errors import FileTooLarge

HOSTS = frozenset({"https://files.slack.com", "https://files.slack-gov.com"})
"""Where Slack and GovSlack keep files. To no other host goes the token."""
PATIENCE = 5.0


async def fetched(slack: Slack, team: str, file: str, *, at_most: int) -> bytes:
    """The file's bytes. Raises FileTooLarge, Unreached where it is gone, Failed where Slack does not give it to us."""
    try:
        answer = await slack.call(team, "files.info", patience=PATIENCE, file=file)
    except Failed as fault:
        if fault.reason in ("file_not_found", "file_deleted"):
            raise Unreached("files.info", fault.reason) from None
        raise
    found = answer.get("file")
    about = found if isinstance(found, Mapping) else {}
    size = about.get("size")
    if isinstance(size, int) and size > at_most:
        raise FileTooLarge
    url = str(about.get("url_private_download") or about.get("url_private") or "")
    if not is_slacks(url, slack.base_url):
        raise Failed("files.info", "the file is not Slack's own")
    content = await slack.download(team, url, at_most=at_most)
    if content[:512].lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        # What Slack answers instead of a file where the token may not read it.
        raise Failed("download", "a page to sign in came instead of the file")
    return content


def is_slacks(url: str, api: str) -> bool:
    """Whether the address is of Slack's file hosts, or of the very server whose API is used (a local one)."""
    try:
        given, own = urlsplit(url), urlsplit(api)
        _ = given.port
    except ValueError:
        return False
    if given.username or given.password:
        return False
    if f"{given.scheme}://{given.hostname}" in HOSTS and given.port in (None, 443):
        return True
    return bool(own.netloc) and (given.scheme, given.netloc) == (own.scheme, own.netloc)
