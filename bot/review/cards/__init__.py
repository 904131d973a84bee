"""The cards about an incident: the alert, the note to the author, the day's digest."""
