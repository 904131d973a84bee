"""What the policy asks of a channel besides its messages: checks, members, approval, notices, the owner's looks."""
