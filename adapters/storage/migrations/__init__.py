"""Brings databases from one version to the next; README.md of the folder above says how to add a step."""
