"""How a message is blocked and its block lifted in Microsoft Graph, which calls it a policy violation. Pure."""

from adapters.teams.activity import Payload, text
from bot.ports import Tip

LIFTED: Payload = {"policyViolation": {"dlpAction": "None", "verdictDetails": "None"}}
"""Everybody reads the message again."""


def blocked(tip: Tip) -> Payload:
    """Nobody but the author reads the message, and the author cannot overrule that: people decide, and the author may
    contest. The tip is shown to the author."""
    return {
        "policyViolation": {
            "dlpAction": "BlockAccess",
            "verdictDetails": "None",
            "policyTip": {"generalText": tip.text, "matchedConditionDescriptions": list(tip.clauses)},
        }
    }


def is_blocked(message: Payload) -> bool:
    """Whether Graph shows the message as blocked for its readers."""
    return text(message, "policyViolation", "dlpAction") == "BlockAccess"
