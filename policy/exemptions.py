"""The named excuses. A rule lists those that may apply to it; each says in a sentence why nothing is wrong."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import NamedTuple

from policy import identifiers, links
from policy.detect import LONG
from policy.fold import fold
from policy.message import Allowance, AllowanceKind, Context, Message
from policy.model.suspecting import DETECTOR as MODEL
from policy.pack import Pack
from policy.reading import PAST_OUTING, Reading
from policy.rule import GroupId
from policy.verdict import Exempted, Finding, Severity, Span
from policy.word_list import word_set
from policy.words import Text


class Matter(NamedTuple):
    """What an exemption may look at."""

    finding: Finding
    reading: Reading
    message: Message
    context: Context
    pack: Pack


Exemption = Callable[[Matter], Text | None]

OBJECTING = GroupId("/objecting")
REPORTING = GroupId("/reporting")
PREVENTION = GroupId("/prevention")
STUDENT_ELECTION = GroupId("/student_election")
LOST_PROPERTY = GroupId("/lost_property")
DENIED = GroupId("/denied")
DISPUTED = GroupId("/disputed")
NEEDS: dict[str, tuple[GroupId, ...]] = {
    "quoted_to_object": (OBJECTING, REPORTING),
    "argued_against": (OBJECTING, DENIED, DISPUTED),
    "lost_property": (LOST_PROPERTY,),
    "mock_election": (STUDENT_ELECTION,),
    "prevention_talk": (PREVENTION,),
}
"""Groups of the lexicon that an excuse reads."""
GROUPS = frozenset(group for groups in NEEDS.values() for group in groups)


def excuse(
    names: Iterable[str], finding: Finding, reading: Reading, message: Message, context: Context, pack: Pack
) -> Exempted | None:
    """The first of the named exemptions that excuses the finding, or else what the pack leaves alone."""
    matter = Matter(finding, reading, message, context, pack)
    for name in names:
        reason = EXEMPTIONS[name](matter)
        if reason is not None:
            return Exempted(finding, name, reason)
    own = pack.unless.get(finding.rule)
    return None if own is None else own.excuse(finding, reading.text)


def quoted_to_object(matter: Matter) -> Text | None:
    """The words are somebody else's, quoted or reported, and the message objects to them."""
    if not matter.finding.marks or not _is_beside(OBJECTING, matter, is_outside=True):
        return None
    if not (_is_reported(matter) or _is_quoted(matter)):
        return None
    return Text(en="The words are quoted in order to object to them.", es="Las palabras se citan para rechazarlas.")


def argued_against(matter: Matter) -> Text | None:
    """The message names contempt of others to argue against it, and says that it is wrong. Never where it is grave."""
    if matter.finding.severity >= Severity.HIGH:
        return None
    if not _is_beside(OBJECTING, matter, is_outside=True):
        return None
    if not (_is_beside(DENIED, matter) or _is_beside(DISPUTED, matter)):
        return None
    return Text(en="The message speaks against such words.", es="El mensaje se opone a esas palabras.")


def sponsored_host(matter: Matter) -> Text | None:
    """Every link of the message leads to the district, to an approved tool or to a host allowed in this channel."""
    if not matter.reading.links or not _all_links_are_sponsored(matter):
        return None
    allowed = _allowed(matter, AllowanceKind.HOST) or _allowed(matter, AllowanceKind.TOOL)
    if allowed and not _all_links_are_sponsored(matter, with_allowances=False):
        return Text(en=f"This channel may link to {allowed}.", es=f"Este canal puede enlazar a {allowed}.")
    return Text(
        en="The link leads to the district's own site or to an approved tool.",
        es="El enlace lleva a un sitio del distrito o a una herramienta aprobada.",
    )


def sponsored_account(matter: Matter) -> Text | None:
    """The accounts named in the message are ones that the district sponsors, or that this channel is allowed."""
    own = _own(matter, matter.context.allowances)
    plain = matter.reading.text.plain
    names = [name for name in own.handles if name in plain]
    accounts = [site for site in own.accounts if f"{site.host}/{site.path}" in plain]
    if not names and not accounts:
        return None
    if identifiers.HANDLE in matter.reading.found or links.PERSONAL in matter.reading.found:
        return None
    allowed = [
        allowance.value
        for allowance in matter.context.allowances
        if allowance.kind is AllowanceKind.ACCOUNT and fold(allowance.value).plain.lstrip("@") in plain
    ]
    if allowed:
        return Text(
            en=f"This channel may use the account {allowed[0]}.", es=f"Este canal puede usar la cuenta {allowed[0]}."
        )
    return Text(en="The account is one that the district sponsors.", es="La cuenta es una que el distrito patrocina.")


def approved_fundraiser(matter: Matter) -> Text | None:
    """The message is about a fundraiser that was approved for this channel: it has a word of the campaign's name."""
    campaign = _named(matter, AllowanceKind.FUNDRAISER)
    if campaign is None or {links.PAYMENT, identifiers.PAYMENT_HANDLE} & matter.reading.found.keys():
        return None
    return Text(
        en=f"The fundraiser “{campaign}” is approved for this channel.",
        es=f"La recaudación «{campaign}» está aprobada para este canal.",
    )


def mock_election(matter: Matter) -> Text | None:
    """The message is about an election of the school's own, or one that was approved for this channel."""
    election = _named(matter, AllowanceKind.ELECTION)
    if election is not None:
        return Text(en=f"“{election}” is approved for this channel.", es=f"«{election}» está aprobada para este canal.")
    if _is_beside(STUDENT_ELECTION, matter):
        return Text(en="It is about a student or mock election.", es="Se trata de una elección estudiantil o simulada.")
    return None


def approved_tool(matter: Matter) -> Text | None:
    """The only place that the message names for contact is a tool that is approved."""
    people = {identifiers.PHONE, identifiers.HANDLE, identifiers.PERSONAL_EMAIL}
    elsewhere = people | {links.PERSONAL, links.INVITE, links.SHORTENER}
    if elsewhere & matter.reading.found.keys():
        return None
    words = matter.reading.text.words
    tools = [*matter.pack.district.tools, *(a.value for a in matter.context.allowances if a.kind is AllowanceKind.TOOL)]
    named = next((tool for tool in tools if f" {_as_words(tool)} " in words), None)
    if named is None:
        return None
    return Text(en=f"{named} is an approved tool.", es=f"{named} es una herramienta aprobada.")


def lost_property(matter: Matter) -> Text | None:
    """The message looks for the owner of a lost thing, or for the thing. Only what the model guessed is excused so."""
    if matter.finding.detector != MODEL or not matter.reading.hits_of(LOST_PROPERTY):
        return None
    return Text(en="It is about lost property.", es="Trata de un objeto perdido.")


def prevention_talk(matter: Matter) -> Text | None:
    """The message announces or holds a lesson, event or service that is there to prevent harm."""
    if not _is_beside(PREVENTION, matter):
        return None
    return Text(en="It is about prevention or help.", es="Trata de prevención o ayuda.")


def outing_over(matter: Matter) -> Text | None:
    """The message tells of an outing that is on record and over, while no other is going on."""
    if PAST_OUTING not in matter.reading.found or any(outing.is_on for outing in matter.context.outings):
        return None
    return Text(
        en="It tells of an outing that is on record and over.", es="Cuenta una salida que está registrada y ya terminó."
    )


EXEMPTIONS: dict[str, Exemption] = {
    exemption.__name__: exemption
    for exemption in (
        quoted_to_object,
        argued_against,
        sponsored_host,
        sponsored_account,
        approved_fundraiser,
        mock_election,
        approved_tool,
        lost_property,
        prevention_talk,
        outing_over,
    )
}


_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("‘", "’"))
_MOST_QUOTES = 50


def _is_quoted(matter: Matter) -> bool:
    quotes = _quoted(matter.message.text)
    return bool(quotes) and all(any(_is_within(mark, quote) for quote in quotes) for mark in matter.finding.marks)


def _quoted(text: str) -> list[Span]:
    """What stands in quotation marks, or in lines that begin with `>`; the first of each kind."""
    quotes: list[Span] = []
    for opening, closing in _QUOTES:
        start = text.find(opening)
        for _ in range(_MOST_QUOTES):
            end = text.find(closing, start + 1) if start >= 0 else -1
            if end < 0:
                break
            quotes.append(Span(start, end + 1))
            start = text.find(opening, end + 1)
    return quotes + _quoted_lines(text)


def _quoted_lines(text: str) -> list[Span]:
    lines: list[Span] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if len(lines) == _MOST_QUOTES:
            break
        if line.lstrip().startswith((">", "&gt;")):
            lines.append(Span(at, at + len(line)))
        at += len(line)
    return lines


def _is_within(mark: Span, quote: Span) -> bool:
    return quote.start <= mark.start and mark.end <= quote.end


def _is_reported(matter: Matter) -> bool:
    """Whether the words in question follow somebody's being said to have said them."""
    first, is_long = matter.finding.marks[0].start, len(matter.reading.text.plain) >= LONG
    starts = (matter.reading.typed(hit).start for hit in matter.reading.hits_of(REPORTING))
    return any(start <= first and not (is_long and first - start > LONG) for start in starts)


def _is_beside(group: GroupId, matter: Matter, *, is_outside: bool = False) -> bool:
    """Whether the group is there, and not only within the words in question where it has to be outside. A long message
    is about more than one thing: what stands far from any of these words, or from what they are quoted in, says nothing
    of them."""
    marks = matter.finding.marks
    spans = [matter.reading.typed(hit) for hit in matter.reading.hits_of(group)]
    if is_outside:
        spans = [span for span in spans if not any(_is_within(span, mark) for mark in marks)]
    if not spans or len(matter.reading.text.plain) < LONG:
        return bool(spans)
    starts = sorted([span.start for span in spans])

    def is_near(words: Span) -> bool:
        return bisect_left(starts, words.start - LONG) < bisect_right(starts, words.end + LONG)

    far = [mark for mark in marks if not is_near(mark)]
    quotes = [quote for quote in _quoted(matter.message.text) if is_near(quote)] if far else []
    return all(any(_is_within(mark, quote) for quote in quotes) for mark in far)


def _all_links_are_sponsored(matter: Matter, *, with_allowances: bool = True) -> bool:
    allowances = matter.context.allowances if with_allowances else ()
    own = _own(matter, allowances)
    return all(own.has(link.place) and not link.is_mislabelled for link in matter.reading.links)


def _own(matter: Matter, allowances: tuple[Allowance, ...]) -> links.Sponsored:
    return links.sponsored(matter.pack.district, allowances) if allowances else matter.pack.sponsored


def _allowed(matter: Matter, kind: AllowanceKind) -> str | None:
    return next((allowance.value for allowance in matter.context.allowances if allowance.kind is kind), None)


_GENERIC = word_set("""
fundraiser fundraising sale drive campaign election fall spring winter summer annual recaudacion venta campaña
""")


def _named(matter: Matter, kind: AllowanceKind) -> str | None:
    """The allowance of this kind of which the message has a telling word."""
    words = matter.reading.text.token_set
    for allowance in matter.context.allowances:
        if allowance.kind is kind:
            telling = [word for word in _as_words(allowance.value).split() if len(word) > 3]
            if words.intersection([word for word in telling if word not in _GENERIC] or telling):
                return allowance.value
    return None


def _as_words(name: str) -> str:
    return " ".join(fold(name).words.split())
