"""`chaperone audit`: a Slack export judged whole, and the report about it."""
