"""Who answered for a channel until when: whom an owner or supervisor of before brought in stays invited."""

from bot.governance.check import View
from bot.records.governance import Keeper


def note_keepers(view: View) -> None:
    """Keeps who answers for the channel now, and since when others do no more."""
    known = {keeper.person: keeper for keeper in view.keepers}
    for person in sorted(view.answering):
        if person not in known or known[person].until is not None:
            view.tx.registry.save_keeper(view.channel.ref, Keeper(person=person))
    for keeper in view.keepers:
        if keeper.until is None and keeper.person not in view.answering:
            view.tx.registry.save_keeper(view.channel.ref, Keeper(person=keeper.person, until=view.now))
