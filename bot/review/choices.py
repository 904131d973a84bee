"""What people may do with an incident, as buttons: what each is called, asks for, and leads to."""

from dataclasses import dataclass

from bot.cards import Field
from bot.records.incidents import Act, IncidentState
from bot.records.registry import Person
from policy.words import Lang, Text

DONE = Text(en="Done. Everybody who was told sees it.", es="Hecho. Todas las personas avisadas lo ven.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One act as a button: what it is called, what it asks for, and from which states it leads where."""

    act: Act
    label: Text
    to: IncidentState | None
    since: frozenset[IncidentState]
    style: str = ""
    asks: Text | None = None
    is_answer_needed: bool = False
    done: Text = DONE


MOST_LISTED = 40
"""So many people are listed to be referred to; of more, the platform's own search finds one."""
_UNDECIDED = frozenset({IncidentState.OPEN, IncidentState.TAKEN})
_DECIDED = frozenset({IncidentState.CONFIRMED, IncidentState.DISMISSED, IncidentState.REFERRED})
_ANY = _UNDECIDED | _DECIDED

CHOICES: dict[Act, Choice] = {
    choice.act: choice
    for choice in (
        Choice(
            Act.CONFIRM,
            Text(en="Yes, a problem", es="Sí, es un problema"),
            IncidentState.CONFIRMED,
            _UNDECIDED | {IncidentState.REFERRED},
            style="primary",
            asks=Text(en="What was done? (may stay empty)", es="¿Qué se hizo? (puede quedar vacío)"),
        ),
        Choice(
            Act.DISMISS,
            Text(en="No problem", es="No es un problema"),
            IncidentState.DISMISSED,
            _UNDECIDED | {IncidentState.REFERRED},
            asks=Text(en="Why is this fine?", es="¿Por qué está bien?"),
            is_answer_needed=True,
        ),
        Choice(
            Act.ASK_AUTHOR,
            Text(en="Ask the author to remove it", es="Pedir al autor que lo quite"),
            None,
            _ANY,
            asks=Text(en="A line to the author (may stay empty)", es="Unas palabras al autor (puede quedar vacío)"),
            done=Text(
                en="The author has been asked privately, with the clause. You see here when it is gone.",
                es="Se ha pedido al autor en privado, con la cláusula. Aquí verá cuando ya no esté.",
            ),
        ),
        Choice(
            Act.REMOVE,
            Text(en="Remove the message", es="Quitar el mensaje"),
            None,
            _ANY,
            style="danger",
            done=Text(
                en="It is being removed. The alert says when it is gone, or that it could not be.",
                es="Se está quitando. La alerta dirá cuándo ya no está, o que no se pudo.",
            ),
        ),
        Choice(
            Act.BLOCK,
            Text(en="Block the message", es="Bloquear el mensaje"),
            None,
            _ANY,
            style="danger",
            done=Text(
                en="It is being blocked. The alert says when it is, or that it could not be.",
                es="Se está bloqueando. La alerta dirá cuándo lo está, o que no se pudo.",
            ),
        ),
        Choice(
            Act.LIFT,
            Text(en="Lift the block", es="Levantar el bloqueo"),
            None,
            _ANY,
            done=Text(
                en="The block is being lifted. The alert says when everybody can read the message again.",
                es="El bloqueo se está levantando. La alerta dirá cuándo todos pueden leer de nuevo el mensaje.",
            ),
        ),
        Choice(Act.TAKE, Text(en="I take it", es="Yo me encargo"), IncidentState.TAKEN, _UNDECIDED),
        Choice(
            Act.REFER,
            Text(en="Refer", es="Remitir"),
            IncidentState.REFERRED,
            _ANY,
            asks=Text(en="What should they know?", es="¿Qué debe saber esa persona?"),
        ),
        Choice(
            Act.NOTE,
            Text(en="Add a note", es="Añadir una nota"),
            None,
            _ANY,
            asks=Text(en="Note for the record", es="Nota para el registro"),
            is_answer_needed=True,
        ),
        Choice(
            Act.REOPEN,
            Text(en="Reopen", es="Reabrir"),
            IncidentState.OPEN,
            _DECIDED,
            asks=Text(en="Why again?", es="¿Por qué otra vez?"),
            is_answer_needed=True,
        ),
    )
}

CONTEST_CHOICES: dict[Act, Choice] = {
    Act.CONTEST: Choice(
        Act.CONTEST,
        Text(en="I see it differently", es="Yo lo veo de otro modo"),
        None,
        _ANY,
        asks=Text(en="What should the second reviewer know?", es="¿Qué debe saber la segunda persona?"),
        is_answer_needed=True,
        done=Text(
            en="Thank you. Another person than the first reviewer looks at it and you hear from them.",
            es="Gracias. Lo mira otra persona distinta de la primera y usted recibirá la respuesta.",
        ),
    ),
    Act.UPHOLD: Choice(
        Act.UPHOLD,
        Text(en="The first review stands", es="La primera revisión se mantiene"),
        IncidentState.CONFIRMED,
        _ANY,
        style="primary",
        asks=Text(en="Your reason, for the author", es="Su motivo, para el autor"),
        is_answer_needed=True,
    ),
    Act.OVERTURN: Choice(
        Act.OVERTURN,
        Text(en="The author is right", es="El autor tiene razón"),
        IncidentState.DISMISSED,
        _ANY,
        asks=Text(en="Your reason, for the author", es="Su motivo, para el autor"),
        is_answer_needed=True,
    ),
}


def fields_of(choice: Choice, lang: Lang, people: tuple[Person, ...]) -> tuple[Field, ...]:
    """What the button asks for before it acts. `people` are those to whom one may refer."""
    fields = []
    if choice.act is Act.REFER:
        options = tuple((person.ref.person, f"{person.name} · {person.title}") for person in people)
        label = Text(en="Refer to", es="Remitir a")(lang)
        kind = "choice" if len(options) <= MOST_LISTED else "person"
        fields.append(Field(name="to", label=label, kind=kind, choices=options))
    if choice.asks is not None:
        fields.append(Field(name="note", label=choice.asks(lang), kind="text", is_required=choice.is_answer_needed))
    return tuple(fields)
