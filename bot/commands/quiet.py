"""`/policy quiet FROM-TO [ZONE] | off`: when alerts that are not urgent wait."""

from bot.cards import Card
from bot.command import Command, Example, Request
from bot.core import Core
from bot.people.preferences import quiet_card, set_quiet
from policy.words import Text


async def run(request: Request, core: Core) -> Card:
    if not request.words:
        return quiet_card(request.actor, request.lang)
    return await set_quiet(core, request.actor, request.words)


command = Command(
    name="quiet",
    aliases=("silencio",),
    summary=Text(en="Your quiet hours", es="Sus horas de silencio"),
    usage=Text(en="quiet FROM-TO [ZONE] | off", es="silencio DE-A [ZONA] | no"),
    examples=(
        Example("quiet 21:00-07:00", "From 21:00 to 07:00 (America/New_York)"),
        Example("silencio 21-7", "De 21:00 a 07:00"),
        Example("quiet 20:30-6:15 America/Chicago", "(America/Chicago)"),
        Example("quiet off", "no quiet hours"),
        Example("silencio no", "llegan a toda hora"),
        Example("quiet", "Where somebody may be in danger"),
        Example("quiet late", "Write them like “21:00-07:00”"),
        Example("silencio 9-5 Luna", "No conozco la zona horaria «Luna»"),
    ),
    run=run,
)
