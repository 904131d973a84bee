"""The judge asked about a text, and the incident that comes of what it finds."""
