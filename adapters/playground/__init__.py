"""A chat in the browser for a made-up district: a platform like Slack and Teams, with no account anywhere."""
