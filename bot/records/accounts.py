"""An account on a platform, as the platform describes it, and what it can be in the district as long as no roster says
better."""

from dataclasses import dataclass

from bot.ids import PersonRef
from policy.message import Role
from policy.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a platform knows of one account. `email` is empty where it does not tell; `is_guest` has access to single
    channels only, `is_external` belongs to another organisation, `is_app` is no human being, `is_admin` runs the
    workspace; `is_active` is false once it was closed."""

    ref: PersonRef
    name: str
    email: str = ""
    title: str = ""
    zone: str = ""
    lang: Lang | None = None
    is_guest: bool = False
    is_external: bool = False
    is_app: bool = False
    is_admin: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailDomains:
    """The domains of e-mail addresses that the district gives out, in lower case; a subdomain counts unless it is
    named itself."""

    staff: frozenset[str] = frozenset()
    students: frozenset[str] = frozenset()

    def role_of(self, account: Account) -> Role:
        """What the account is by itself. Who belongs to another organisation, and a guest with no address of the
        district's, is an outsider; who runs the workspace is staff; anybody else counts as a student, so that what is
        said to them is judged most carefully."""
        if account.is_external:
            return Role.OUTSIDER
        given = self._given_to(account.email)
        if given is not None:
            return given
        if account.is_admin:
            return Role.STAFF
        return Role.OUTSIDER if account.is_guest else Role.STUDENT

    def is_staff(self, email: str) -> bool:
        """Whether the district gave the address to somebody of its staff."""
        return self._given_to(email) is Role.STAFF

    def _given_to(self, email: str) -> Role | None:
        domain = email.lower().rpartition("@")[2]
        while domain:
            if domain in self.students:
                return Role.STUDENT
            if domain in self.staff:
                return Role.STAFF
            domain = domain.partition(".")[2]
        return None
