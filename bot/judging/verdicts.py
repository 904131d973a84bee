"""Asks the judge about what a platform showed: where it stands, and as whoever wrote it; where nobody knows who that
is, with every care."""

from bot.channels import outings
from bot.channels.exceptions import in_force
from bot.core import Core
from bot.events import Content
from bot.ports import Transaction
from bot.records.registry import Channel
from policy import judge
from policy.message import Context, Message, Role, Said
from policy.pack import Pack
from policy.verdict import Verdict

ANYBODY = (Role.OUTSIDER, Role.STUDENT, Role.PARENT, Role.STAFF)
"""Who somebody may be of whom nobody knows anything; the owner is always known."""
LONG_TEXT = 4_000
"""Characters above which a message is judged in a thread, so that it holds up no other."""


def as_message(content: Content, role: Role) -> Message:
    """The content as the judge takes it."""
    return Message(
        text=content.text, author=role, links=content.links, attachments=content.attachments, sender=content.sender
    )


def context_of(core: Core, tx: Transaction, channel: Channel, *, before: tuple[Said, ...] = ()) -> Context:
    """The channel as the judge takes it, with all that is on record for it now."""
    return Context(
        channel=channel.kind,
        channel_name=channel.name,
        before=before,
        allowances=tuple(exception.as_allowance() for exception in in_force(tx, channel)),
        students=core.names.of(tx, channel),
        unlisted=core.names.unlisted(tx, channel),
        outings=outings.known_to_the_judge(tx, channel.ref),
    )


def judged(content: Content, role: Role | None, context: Context, pack: Pack) -> Verdict:
    """The verdict. Without a role: whatever would be found were it anybody's, each rule once."""
    if role is not None:
        return judge(as_message(content, role), context, pack)
    verdicts = [judge(as_message(content, each), context, pack) for each in ANYBODY]
    found = {finding.rule: finding for verdict in reversed(verdicts) for finding in verdict.findings}
    excused = {each.finding.rule: each for verdict in reversed(verdicts) for each in verdict.exempted}
    return Verdict(
        pack=verdicts[0].pack,
        pack_version=verdicts[0].pack_version,
        findings=tuple(sorted(found.values(), key=lambda finding: -finding.severity)),
        exempted=tuple(each for rule, each in excused.items() if rule not in found),
    )
