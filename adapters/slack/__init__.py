"""Slack: requests in, our own events out; and all that members can read of a message."""
