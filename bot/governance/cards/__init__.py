"""The cards about a channel's checks, members, notices and the owner's looks."""
