"""Cards cut down to what Teams takes in one message: what is too long is shortened and says so. Pure."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from adapters.teams.activity import Payload
from bot.cards import Action, Block, Bullets, Card, Excerpt, Facts, Field, Paragraph
from policy.verdict import Span

LARGEST = 38_000
"""Characters of JSON in one message. Teams refuses what is larger than about 80 KB, and counts two bytes for each."""
SHORTENED = " … [shortened · abreviado]"
LEFT_OUT = "… [{n} more parts · {n} partes más]"
MOST_LISTED = 100
"""Where a card is too large, longer lists to choose from are left out; what is needed is typed."""
# Never so short that a link to a message would be cut.
_LONGEST_PARTS = (4_000, 1_500, 700, 300)

Shape = Callable[[Card], Payload]


def fitted(cards: Sequence[Card], shape: Shape) -> list[Payload]:
    """The cards in their shape, which fit into one message: one that is refused would be an alert that nobody sees."""
    made = [shape(card) for card in cards]
    for longest in _LONGEST_PARTS:
        if _size(made) <= LARGEST:
            return made
        made = [shape(_cut(card, longest)) for card in cards]
    if _size(made) <= LARGEST:
        return made
    return [_thinned(card, shape, LARGEST // len(cards)) for card in cards]


def _size(made: Sequence[Payload]) -> int:
    return len(json.dumps(made))


def _thinned(card: Card, shape: Shape, room: int) -> Payload:
    """The card with fewer parts, first and last ones kept, and in the end with fewer buttons."""
    whole = _cut(card, _LONGEST_PARTS[-1])
    count, actions = len(whole.blocks), whole.actions
    while True:
        gap = len(whole.blocks) - count
        first, last = whole.blocks[: (count + 1) // 2], whole.blocks[len(whole.blocks) - count // 2 :]
        said = (Paragraph(LEFT_OUT.format(n=gap)),) if gap else ()
        made = shape(replace(whole, blocks=(*first, *said, *last), actions=actions))
        if _size([made]) <= room or not (count or actions):
            return made
        if count == 0:
            actions = actions[: len(actions) // 2]
        count = count * 3 // 4


def _cut(card: Card, longest: int) -> Card:
    return replace(
        card,
        title=_short(card.title, longest),
        summary=_short(card.summary, longest),
        blocks=tuple(_block(block, longest) for block in card.blocks),
        actions=tuple(_action(action, longest) for action in card.actions),
        footer=_short(card.footer, longest),
    )


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - len(SHORTENED)] + SHORTENED


def _block(block: Block, longest: int) -> Block:
    match block:
        case Paragraph(text=text):
            return Paragraph(_short(text, longest))
        case Excerpt():
            return _excerpt(block, longest)
        case Facts(rows=rows):
            return Facts(tuple((_short(label, longest), _short(value, longest)) for label, value in rows))
        case Bullets(items=items):
            return Bullets(tuple(_short(item, longest) for item in items))


def _excerpt(block: Excerpt, longest: int) -> Excerpt:
    """A member's words around the first in question, the marks moved along."""
    text, caption = block.text, _short(block.caption, longest)
    if len(text) <= longest:
        return replace(block, caption=caption)
    first = min((mark.start for mark in block.marks), default=0)
    start = max(0, min(first - longest // 3, len(text) - longest))
    lead = "… " if start else ""
    shift, end = len(lead) - start, start + longest
    tail = SHORTENED if end < len(text) else ""
    marks = tuple(_within(block.marks, start, end, shift))
    return Excerpt(f"{lead}{text[start:end]}{tail}", marks, caption)


def _within(marks: Sequence[Span], start: int, end: int, shift: int) -> Iterator[Span]:
    for mark in marks:
        if mark.start < end and mark.end > start:
            yield Span(max(mark.start, start) + shift, min(mark.end, end) + shift)


def _action(action: Action, longest: int) -> Action:
    """What a button says and asks. What it sends, and what was filled in, stay as they are."""
    fields = tuple(_field(field, longest) for field in action.fields if field.is_required or not _is_long(field))
    return replace(action, label=_short(action.label, longest), fields=fields, confirm=_short(action.confirm, longest))


def _field(field: Field, longest: int) -> Field:
    asked = replace(field, label=_short(field.label, longest), hint=_short(field.hint, longest))
    return replace(asked, kind="line", choices=()) if _is_long(field) else asked


def _is_long(field: Field) -> bool:
    """Whether there is more to choose from than fits; Teams' own search for people lists nobody."""
    return field.kind != "person" and len(field.choices) > MOST_LISTED
