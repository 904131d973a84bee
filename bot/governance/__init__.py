"""What the policy asks of a channel besides its messages: checks, members, notices, the owner's looks."""
