"""How things are called, written and asked for in front of people."""
