"""What Chaperone asks of a tenant, and why: what a team's owner consents to, and what only an administrator can."""

from dataclasses import dataclass

READ_MESSAGES = "ChannelMessage.Read.Group"
READ_GRANTS = "TeamsAppInstallation.Read.Group"
READ_FILES = "Files.Read.All"
READ_APART = "ChannelMember.Read.All"
BLOCK = "ChannelMessage.UpdatePolicyViolation.All"
BLOCK_IN_CHATS = "Chat.UpdatePolicyViolation.All"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A permission to ask for. `without` is what is lost where it was not granted; empty: Chaperone cannot work without
    it."""

    name: str
    why: str
    without: str = ""


OF_A_TEAM = (
    Right(
        name=READ_MESSAGES, why="every post of the team's channels is sent to Chaperone, not only those that mention it"
    ),
    Right(
        name="TeamMember.Read.Group",
        why="who is in the team is compared with who may be, by the policy's own list",
        without="closed membership and parents' access are looked after by hand",
    ),
    Right(
        name="ChannelMember.Read.Group",
        why="private and shared channels have members of their own",
        without="who joins a private or shared channel is not noticed",
    ),
    Right(
        name="ChannelSettings.Read.Group",
        why="a channel's name, and whether it is private, shared or archived",
        without="a channel that was archived or made private is noticed late",
    ),
    Right(
        name="TeamSettings.Read.Group",
        why="the team's name, and whether it was archived",
        without="a team that was archived is noticed late",
    ),
    Right(
        name=READ_GRANTS,
        why="`chaperone doctor` looks up whether a team's owner has consented to all this",
        without="doctor can only guess by the messages that arrive",
    ),
)
"""What each team's owner consents to by adding Chaperone (resource-specific consent): for that team and no other."""

OF_A_GROUP_CHAT = (
    Right(name="ChatMessage.Read.Chat", why="every post of a sponsored group chat is sent to Chaperone"),
    Right(
        name="ChatMember.Read.Chat",
        why="who is in the group chat",
        without="closed membership is looked after by hand",
    ),
)
"""The same for group chats, where a district sponsors any."""

OF_AN_ADMINISTRATOR = (
    Right(
        name=READ_APART,
        why="the members of private channels, which a team's owner alone cannot show us",
        without="they are learnt as they join and leave",
    ),
    Right(
        name=READ_FILES,
        why="files that were posted are looked at; they lie in SharePoint",
        without="a file is judged by its name, and the alert says that its content was not scanned",
    ),
)
"""What only the tenant's administrator can grant, in the registration under API permissions. None of it is needed."""

TO_BLOCK = (
    Right(
        name=BLOCK,
        why="a reviewer may block a message in a channel for its readers (TEAMS_BLOCKING); besides, Microsoft asks for "
        "a licence with Microsoft Communications DLP",
        without="reviewers ask the author, or have the message deleted by hand",
    ),
    Right(
        name=BLOCK_IN_CHATS,
        why="the same in group chats, where the district sponsors any",
        without="messages in group chats are not blocked",
    ),
)
"""What only the administrator can grant, and is asked for only where the district lets reviewers block messages."""
