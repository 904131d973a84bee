"""Finds what leads to a person: phone numbers, e-mail, addresses, student numbers, handles, however written."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from policy.fold import Folded
from policy.hits import MOST_SPANS, Hit, Hits
from policy.links import Hosts, Place, Sponsored
from policy.patterns import compiled, spans
from policy.rule import GroupId
from policy.word_list import word_set

PHONE = GroupId("@phone")
EMAIL = GroupId("@email")
PERSONAL_EMAIL = GroupId("@email.personal")
ADDRESS = GroupId("@address")
STUDENT_NUMBER = GroupId("@student_number")
HANDLE = GroupId("@handle")
PAYMENT_HANDLE = GroupId("@handle.payment")
SIGNALS = (PHONE, EMAIL, PERSONAL_EMAIL, ADDRESS, STUDENT_NUMBER, HANDLE, PAYMENT_HANDLE)


def find(text: Folded, present: frozenset[str], hosts: Hosts, own: Sponsored) -> Hits:
    """The identifiers in the text. `present` says which of `PATTERNS` occur; the others cost nothing."""
    hits: Hits = {}
    if "phone" in present:
        _add(hits, PHONE, _phones(text.plain))
    if "spelled_phone" in present:
        _add(hits, PHONE, _spelled_phones(text.plain))
    if "email" in present:
        _add_emails(hits, text.plain, hosts, own)
    if "address" in present:
        _add(hits, ADDRESS, _addresses(text))
    if "student_number" in present:
        _add(hits, STUDENT_NUMBER, _spans("student_number", text.plain))
    if "handle" in present or "named_handle" in present:
        _add_handles(hits, text.plain, own)
    return hits


def _add(hits: Hits, signal: GroupId, found: Iterator[Hit]) -> None:
    for hit in found:
        if not any(other.start < hit.end and hit.start < other.end for other in hits.get(signal, ())[-3:]):
            hits.setdefault(signal, []).append(hit)


# Phone numbers. North American ones (seven or ten digits; neither the area nor the exchange begins with 0 or 1), and
# international ones behind a plus. Toll-free and emergency numbers are nobody's own.

_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888", "900"})
_SEPARATOR = r"[ .\-–/]{1,3}"
_LOCAL = rf"[2-9]\d{{2}}{_SEPARATOR}\d{{4}}"
_NATIONAL = (
    rf"(?:\+?1{_SEPARATOR})?(?:\([2-9]\d{{2}}\) ?[ .\-]?|[2-9]\d{{2}}(?:{_SEPARATOR})?)"
    rf"[2-9]\d{{2}}(?:{_SEPARATOR})?\d{{4}}"
)
_INTERNATIONAL = r"\+\d{1,3}[ .\-]{0,2}(?:\(?\d{1,4}\)?[ .\-]{0,2}){2,5}\d{2,4}"
_SPACED = r"(?:\d[ .\-_]{1,3}){6,11}\d"

_UNITS = word_set("""
zero oh one two three four five six seven eight nine cero uno una dos tres cuatro cinco seis siete ocho nueve
""")
_TENS = word_set("""
ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fourty fifty sixty
seventy eighty ninety diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte veintiuno
veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve treinta cuarenta cincuenta
sesenta setenta ochenta noventa
""")
_DIGITS = {**dict.fromkeys(_UNITS, 1), **dict.fromkeys(_TENS, 2)}
_UNIT_AFTER_TEN = ("ty", "ta", "nte")
_NUMBER_WORDS = "|".join(sorted([*_DIGITS, "o", "double", "triple", "doble", "hundred", "y", r"\d{1,4}"]))
_SPELLED = rf"\b(?:(?:{_NUMBER_WORDS})[ ,.\-]{{1,3}}){{4,}}(?:{_NUMBER_WORDS})\b"


def _phones(plain: str) -> Iterator[Hit]:
    for hit in _spans("phone", plain):
        written = plain[hit.start : hit.end]
        digits = "".join(letter for letter in written if letter.isdigit())
        if _is_own_number(digits, written) and not plain[: hit.start].rstrip().endswith(("$", "#")):
            yield hit


def _is_own_number(digits: str, written: str) -> bool:
    if written.startswith("+") and not digits.startswith("1"):
        return 8 <= len(digits) <= 15
    local = digits.removeprefix("1") if len(digits) == 11 else digits
    if len(local) not in (7, 10) or local[0] in "01":
        return False
    is_loose = len(local) == 7 and "-" not in written and "." not in written and len(written) == 8
    return local[:3] not in _TOLL_FREE and not (is_loose and local[3:5] in ("19", "20"))


def _spelled_phones(plain: str) -> Iterator[Hit]:
    for hit in _spans("spelled_phone", plain):
        words = plain[hit.start : hit.end].replace(",", " ").replace(".", " ").replace("-", " ").split()
        # More words have more digits than any number, or none to speak of.
        is_short = len(words) <= _MOST_NUMBER_WORDS
        if is_short and sum([word in _DIGITS for word in words]) >= 3 and 7 <= _count_digits(words) <= 13:
            yield hit


_MOST_NUMBER_WORDS = 100


def _count_digits(words: list[str]) -> int:
    count, before = 0, ""
    for word in words:
        if word.isdigit():
            count += len(word)
        elif word in ("o", "double", "doble"):
            count += 1
        elif word == "triple":
            count += 2
        elif word in _DIGITS:
            is_unit_of_ten = _DIGITS[word] == 1 and before.endswith(_UNIT_AFTER_TEN) and before in _DIGITS
            count += 0 if is_unit_of_ten else _DIGITS[word]
        before = word if word != "y" else before
    return count


# E-mail


_MAILBOX = r"[a-z0-9][a-z0-9._%+\-]*"  # no count: RE2 would keep one for every letter that a mailbox may begin with
_AT = r" ?(?:\(at\)|\[at\]|\{at\}|<at>) ?| at | arroba "
_DOT = r" ?(?:\(dot\)|\[dot\]|\(\.\)|\[\.\]) ?| dot | punto |\."
_EMAIL = rf"{_MAILBOX}@[a-z0-9\-]{{1,63}}(?:(?:{_DOT})[a-z0-9\-]{{1,63}}){{1,4}}"
_MAILS = "gmail|yahoo|hotmail|outlook|icloud|aol|proton|protonmail|msn|live"
_MAIL_ENDINGS = "com|org|net|edu|us|mx|es"
_EMAIL_IN_WORDS = (
    rf"{_MAILBOX}(?:{_AT})(?:{_MAILS})(?:(?:{_DOT})[a-z]{{2,3}})?"
    rf"|{_MAILBOX}(?:{_AT})[a-z0-9\-]{{2,63}}(?:{_DOT})(?:{_MAIL_ENDINGS})"
)


def _add_emails(hits: Hits, plain: str, hosts: Hosts, own: Sponsored) -> None:
    for hit in _spans("email", plain):
        host = _host_of(plain[hit.start : hit.end])
        if own.has(Place(host, "")):
            continue
        hits.setdefault(EMAIL, []).append(hit)
        if host in hosts.mail or f"{host}.com" in hosts.mail:
            hits.setdefault(PERSONAL_EMAIL, []).append(hit)


def _host_of(written: str) -> str:
    for at in ("@", "(at)", "[at]", "{at}", "<at>", " at ", " arroba "):
        before, mark, after = written.rpartition(at)
        if mark and before:
            for dot in ("(dot)", "[dot]", "(.)", "[.]", " dot ", " punto "):
                after = after.replace(dot, ".")
            return after.replace(" ", "").strip(".")
    return ""


# Addresses: a number, one to three words and a kind of street; in Spanish the kind of street comes first.

_STREET = (
    r"street|st|avenue|ave|road|rd|lane|ln|court|ct|boulevard|blvd|circle|cir|terrace|ter|highway|hwy|parkway|pkwy"
)
_STREET_AND_WORD = r"way|drive|dr|place|pl|square|trail|run|hill|path"
_ENGLISH = rf"\d{{1,5}}[a-d]? (?:[nsew][ew]?\.? )?(?:[a-zñ0-9'.\-]{{1,20}} ){{1,3}}(?:{_STREET}|{_STREET_AND_WORD})"
_SPANISH = (
    r"(?:calle|avenida|av\.?|avda\.?|privada|camino|carrera|callejon|cerrada) (?:[a-zñ0-9.'\-]{1,20}[ ,]{1,2}){1,4}"
    r"(?:#|no\.?|num\.?|numero)? ?\d{1,5}"
)
_FLAT = r"(?:apt|apartment|apto|apartamento|depto|departamento)\.? ?#?(?:\d{1,4}[a-z]?|[a-z]\d{1,3})"
_NO_STREET = word_set("""
minute minutes min mins hour hours hr hrs mile miles block blocks day days of the a an to for in on at and or more
people kids of us we you they is are per am pm percent points yard yards feet foot meter meters k times way long
""")


def _addresses(text: Folded) -> Iterator[Hit]:
    for hit in _spans("address", text.plain):
        words = text.plain[hit.start : hit.end].split(" ")
        if words[0][0].isdigit() and (_NO_STREET & set(words[1:-1]) or not _names_street(text, hit, words)):
            continue
        yield hit


def _names_street(text: Folded, hit: Hit, words: list[str]) -> bool:
    """Whether it is a street: sure by its kind, or by a capital letter, or by what stands before it."""
    if words[-1] in _STREET.split("|"):
        return True
    typed = text.span(hit.start + len(words[0]) + 1, hit.end)
    is_capital = text.typed[typed.start].isupper()
    before = text.plain[max(0, hit.start - 30) : hit.start]
    return is_capital or any(
        word in before.split() for word in ("live", "lives", "address", "at", "vivo", "vive", "direccion")
    )


_STUDENT_NUMBER = (
    r"(?:(?:student|lunch|school|alumno|alumna|estudiante|estudiantil|escolar|almuerzo)(?:'s)? ?"
    r"(?:id|i\.d\.|number|num|no\.?|pin|code|#)|\bid ?(?:number|num|no\.?|#)|\bsasid|matricula|"
    r"numero de (?:estudiante|alumno|alumna|matricula|identificacion))"
    r"[^0-9]{0,12}\d{4,10}"
)


# Handles: `@name`, a name behind the name of a platform ("snap: jt_09"), and name#1234.

_SOCIAL_NAMES = (
    r"snap|snapchat|sc|insta|instagram|ig|tiktok|tik tok|twitter|discord|disc|telegram|kik|twitch|youtube|yt|bereal|"
    r"facebook|fb|threads|steam|roblox|xbox|psn|gamertag|usuario|username|handle"
)
_PAYMENT_NAMES = r"venmo|cashapp|cash app|zelle|paypal"
_NAME = r"[a-z0-9_][a-z0-9_.]{1,30}"
_LEADS = r"(?: ?(?:is|es|:|=|-|me|my|mi|name|user|handle|at|a|en|to|on|@))*"
_HANDLE = rf"@{_NAME}|[a-z0-9_.]{{2,32}}#\d{{4}}|\$[a-z][a-z0-9_]{{2,20}}"
_NAMED_HANDLE = rf"\b(?:{_SOCIAL_NAMES}|{_PAYMENT_NAMES})\b{_LEADS} ?@?{_NAME}"
_EVERYBODY = frozenset({"@everyone", "@channel", "@here", "@all", "@todos", "@team", "@group", "@coach"})
_NEAR = 48
_ASKS = (
    *(
        "follow",
        "add me",
        "dm me",
        "hmu",
        "sigueme",
        "siganme",
        "agregame",
        "snap",
        "insta",
        "instagram",
        "ig",
        "tiktok",
    ),
    *("twitter", "discord", "telegram", "kik", "twitch", "youtube", "facebook", "fb", "threads", "sc", "yt", "bereal"),
)
_PAYS = ("venmo", "cashapp", "cash app", "zelle", "paypal", "pay me", "send me", "pagame")


def _add_handles(hits: Hits, plain: str, own: Sponsored) -> None:
    emails = {hit.end for hit in hits.get(EMAIL, ())}
    for hit in (*_spans("handle", plain), *_spans("named_handle", plain)):
        name = plain[hit.start : hit.end].rstrip(".").split(" ")[-1].split(":")[-1].lstrip("@-=")
        if hit.end in emails or not _is_handle(plain, hit, name) or name in own.handles:
            continue
        signal = PAYMENT_HANDLE if _is_for_payment(plain, hit) else HANDLE
        hits.setdefault(signal, []).append(hit)


def _is_handle(plain: str, hit: Hit, name: str) -> bool:
    written = plain[hit.start : hit.end]
    if written in _EVERYBODY or (hit.start and plain[hit.start - 1] in "._%+-/"):
        return False
    is_made_up = any(letter.isdigit() or letter == "_" for letter in name) and any(letter.isalpha() for letter in name)
    if written.startswith("@"):
        return is_made_up or _is_near(plain, hit, _ASKS) or _is_near(plain, hit, _PAYS)
    if written.startswith("$"):
        return name[-1:].isalnum() and _is_near(plain, hit, _PAYS)
    return is_made_up or "#" in written or (("@" in written or ":" in written) and len(name) > 2)


def _is_for_payment(plain: str, hit: Hit) -> bool:
    return plain[hit.start] == "$" or _is_near(plain, hit, _PAYS)


def _is_near(plain: str, hit: Hit, words: tuple[str, ...]) -> bool:
    around = f" {plain[max(0, hit.start - _NEAR) : hit.end + _NEAR // 2]} ".replace(":", " ").replace(",", " ")
    return any(f" {word} " in around for word in words)


# The patterns, all over the plain view.

PATTERNS: dict[str, str] = {
    "phone": rf"{_NATIONAL}|{_LOCAL}|{_INTERNATIONAL}|{_SPACED}",
    "spelled_phone": _SPELLED,
    "email": rf"{_EMAIL}|{_EMAIL_IN_WORDS}",
    "address": rf"{_ENGLISH}\b|{_SPANISH}|\b{_FLAT}",
    "student_number": _STUDENT_NUMBER,
    "handle": _HANDLE,
    "named_handle": _NAMED_HANDLE,
}
"""Each finds the candidates that are then looked at."""

_SPANISH_STREET = r"(?:calle|avenida|av\.?|avda\.?|privada|camino|carrera|callejon|cerrada) "
HINTS: dict[str, str] = {
    **PATTERNS,
    "email": rf"@[a-z0-9\-]|(?:{_AT})(?:{_MAILS})|(?:{_AT})[a-z0-9\-]+(?:{_DOT})(?:{_MAIL_ENDINGS})",
    "address": rf"\d[a-d]? (?:[a-zñ0-9'.\-]+ )+(?:{_STREET}|{_STREET_AND_WORD})\b|{_SPANISH_STREET}|\b{_FLAT}",
    "handle": r"@[a-z0-9_]|[a-z0-9_.]#\d{4}|\$[a-z]",
    "named_handle": rf"\b(?:{_SOCIAL_NAMES}|{_PAYMENT_NAMES})\b",
}
"""Where its hint is not in a text, a pattern is not either. They count no letters: an engine that looks for all of them
at once would need a state for every count."""


@cache
def _finder(name: str) -> Any:  # noqa: ANN401 - re2 has no types
    return compiled(PATTERNS[name])


def _spans(name: str, plain: str) -> Iterator[Hit]:
    """The first candidates that no word or number runs into."""
    for count, (start, end) in enumerate(spans(_finder(name), plain)):
        if count == MOST_SPANS:
            return
        begins = start == 0 or not (plain[start - 1].isalnum() and plain[start].isalnum())
        ends = end == len(plain) or not (plain[end].isalnum() and plain[end - 1].isalnum())
        if begins and ends:
            yield Hit(start, end)
