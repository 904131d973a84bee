"""What people decide about an incident, what is done because of it, and what their decisions suggest."""
