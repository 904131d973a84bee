"""The cards about what could not be seen or read."""
