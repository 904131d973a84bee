"""What comes in, live or read afterwards from a platform's history, and what could not be seen."""
