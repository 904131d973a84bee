"""Which subcommands somebody may use: anyone, staff who may own channels, supervisors."""

from bot.command import Standing
from bot.ports import Transaction
from bot.records.registry import Person
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
    return Standing.SUPERVISOR if tx.registry.is_above_any(person.ref) else Standing.OWNER
