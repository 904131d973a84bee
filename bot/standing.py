"""Which subcommands somebody may use: anyone, staff who may own channels, supervisors."""

from bot.command import Standing
from bot.ports import Transaction
from bot.registry import Person
from policy.words import Text

FOR_WHOM = {
    Standing.OWNER: Text(
        en="“/policy {name}” is for staff who run a channel. With a question, “/policy ask” is for everyone.",
        es="“/policy {alias}” es para el personal que dirige un canal. “/policy preguntar” es para todos.",
    ),
    Standing.SUPERVISOR: Text(
        en="“/policy {name}” is for supervisors. See your channel with “/policy channel”.",
        es="“/policy {alias}” es para supervisores. Vea su canal con “/policy canal”.",
    ),
}


def standing_of(tx: Transaction, person: Person) -> Standing:
    """What the person is in the district: anyone, staff, or staff above somebody or some channel."""
    if not person.role.is_staff:
        return Standing.ANYONE
    workspace = person.ref.workspace
    is_above = any(each.supervisor == person.ref for each in tx.registry.people(workspace)) or any(
        channel.supervisor == person.ref for channel in tx.registry.channels(workspace)
    )
    return Standing.SUPERVISOR if is_above else Standing.OWNER
