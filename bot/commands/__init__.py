"""The `/policy` subcommands: one module each, found by being here."""
