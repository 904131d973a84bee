"""Members are students, parents, and staff with a purpose; anybody else is named with a purpose of their own."""

from bot.governance.check import HOLDS, Check, Member, View, broken, unseen
from bot.records.governance import Outcome
from policy.message import Role
from policy.verdict import Severity
from policy.words import Text


def look(view: View) -> Outcome:
    strangers = [member.id for member in view.members if member.person is not None and not belongs(member)]
    if strangers:
        return broken("strangers", *strangers)
    return HOLDS if all(belongs(member) for member in view.members) else unseen("not_met")


def belongs(member: Member) -> bool:
    """Whether the member is of a kind that may be there, or was let in by name and for a purpose."""
    person = member.person
    is_ours = person is not None and person.is_active and person.role is not Role.OUTSIDER
    return is_ours or (member.place.approved_by is not None and bool(member.place.purpose))


check = Check(
    name="membership",
    look=look,
    severity=Severity.HIGH,
    reasons={
        "strangers": Text(
            en="Not known as students, parents or staff of the district: {names}. Remove them, or say for which "
            "purpose they are here.",
            es="No constan como estudiantes, familias ni personal del distrito: {names}. Quítelos o diga con qué fin "
            "están aquí.",
        ),
        "not_met": Text(
            en="The platform has not told yet who some of the members are.",
            es="La plataforma aún no ha dicho quiénes son algunos de los miembros.",
        ),
    },
)
