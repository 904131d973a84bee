"""Somebody who may has approved the channel, and the approval has not run out."""

from bot.governance.check import HOLDS, Check, Duty, View, broken
from bot.records.governance import Outcome
from bot.records.registry import ChannelState
from policy.words import Text


def look(view: View) -> Outcome:
    channel = view.channel
    is_over = channel.expires_at is not None and channel.expires_at <= view.now
    if channel.state is ChannelState.APPROVED:
        return broken("expired") if is_over else HOLDS
    # Asked for again in time, the approval before goes on until it ends.
    if channel.state is ChannelState.REQUESTED and channel.expires_at is not None and not is_over:
        return HOLDS
    return broken("waiting" if channel.state is ChannelState.REQUESTED else "missing")


check = Check(
    name="approved",
    look=look,
    who=Duty.SUPERVISOR,
    reasons={
        "waiting": Text(
            en="The request waits for a decision. Until then the channel is not approved.",
            es="La solicitud espera una decisión. Hasta entonces el canal no está aprobado.",
        ),
        "expired": Text(
            en="The approval has run out. The owner asks for it again with “Ask for another year”.",
            es="La aprobación ha caducado. El responsable la pide de nuevo con «Pedir otro año».",
        ),
        "missing": Text(
            en="Nobody has approved it. The owner registers it, and the supervisor decides.",
            es="Nadie lo ha aprobado. El responsable lo registra y el supervisor decide.",
        ),
    },
)
