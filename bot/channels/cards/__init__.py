"""The cards about a channel: its approval, exceptions, parents and handover, and what was asked first."""
