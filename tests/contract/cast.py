"""Who and where the contract is played: the same people in the same channels on every platform."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.ids import ChannelRef, PersonRef
from bot.ports import Transaction
from bot.records.registry import Channel, ChannelState, Person
from policy.message import ChannelKind, Role
from policy.verdict import PackId
from policy.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """`club` and `families` are sponsored; their owner and supervisor are told of what `author` and `other` write
    there. In `families` the owner reads Spanish. Nobody registered `unsponsored`, of which the author is a member."""

    club: ChannelRef
    owner: PersonRef
    supervisor: PersonRef
    author: PersonRef
    other: PersonRef
    families: ChannelRef
    spanish_owner: PersonRef
    english_supervisor: PersonRef
    parent: PersonRef
    unsponsored: ChannelRef


def a_cast(
    person: Callable[[str], PersonRef],
    channel: Callable[[str], ChannelRef],
    *,
    owner: str = "pearl",
    club: str = "stage",
    families: str = "familias",
    unsponsored: str = "study",
) -> Cast:
    """The cast under the ids that a platform gives these names."""
    return Cast(
        club=channel(club),
        owner=person(owner),
        supervisor=person("idella"),
        author=person("emeka"),
        other=person("saskia"),
        families=channel(families),
        spanish_owner=person("paloma"),
        english_supervisor=person("tomas"),
        parent=person("ramiro"),
        unsponsored=channel(unsponsored),
    )


def people_of(cast: Cast) -> tuple[Person, ...]:
    """The cast as the register has them."""
    return (
        Person(ref=cast.supervisor, name="Idella Frost", role=Role.STAFF, title="Principal"),
        Person(ref=cast.english_supervisor, name="Tomas Reed", role=Role.STAFF, title="Principal"),
        Person(ref=cast.owner, name="Pearl Quill", role=Role.STAFF, supervisor=cast.supervisor),
        Person(
            ref=cast.spanish_owner, name="Paloma Río", role=Role.STAFF, lang=Lang.ES, supervisor=cast.english_supervisor
        ),
        Person(ref=cast.author, name="Emeka Obi", role=Role.STUDENT),
        Person(ref=cast.other, name="Saskia Vale", role=Role.STUDENT),
        Person(ref=cast.parent, name="Ramiro Sol", role=Role.PARENT, lang=Lang.ES),
    )


def furnishing(cast: Cast, *, above: str = "") -> Callable[[Transaction], None]:
    """A unit that puts the cast on the register, with everybody in both sponsored channels. `above` begins the names
    of the channels, where a platform keeps them below something."""
    people = people_of(cast)
    rooms = (
        (cast.club, "stage", ChannelKind.CLUB, cast.owner, cast.supervisor),
        (cast.families, "familias", ChannelKind.PARENTS, cast.spanish_owner, cast.english_supervisor),
    )

    def furnish(tx: Transaction) -> None:
        for someone in people:
            tx.registry.save_person(someone)
        for ref, name, kind, owner, supervisor in rooms:
            tx.registry.save_channel(
                Channel(
                    ref=ref,
                    name=f"{above}{name}",
                    kind=kind,
                    pack=PackId("crec"),
                    state=ChannelState.APPROVED,
                    owner=owner,
                    supervisor=supervisor,
                )
            )
            for someone in people:
                tx.registry.join(ref, someone.ref, by=None, at=tx.now)

    return furnish
