"""A person's own settings: when alerts that are not urgent wait, when the digest comes, zone and language."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.acts import Handler
from bot.cards import Action, Card, Field, Paragraph, Tone
from bot.core import Core
from bot.errors import Refused
from bot.language import plain
from bot.ports import Transaction
from bot.records.registry import Person
from policy.words import Lang, Text

NO_HOURS = Text(
    en="I cannot read these hours. Write them like “21:00-07:00”, or “off”.",
    es="No entiendo ese horario. Escríbalo así: “21:00-07:00”, o “no”.",
)
NO_ZONE = Text(
    en="I do not know the time zone “{given}”. Write it like America/New_York.",
    es="No conozco la zona horaria «{given}». Escríbala así: America/New_York.",
)
NO_LANGUAGE = Text(en="I speak English (en) and Spanish (es).", es="Hablo inglés (en) y español (es).")
GONE = Text(en="You are not on the register any more.", es="Usted ya no está en el registro.")

TITLE = Text(en="Your quiet hours", es="Sus horas de silencio")
QUIET = Text(
    en="From {start} to {end} ({zone}) alerts wait until {end}.",
    es="De {start} a {end} ({zone}) las alertas esperan hasta las {end}.",
)
NOT_QUIET = Text(en="You have no quiet hours: alerts come at any hour.", es="No tiene: las alertas llegan a toda hora.")
URGENT = Text(
    en="Where somebody may be in danger, the alert always comes at once.",
    es="Si alguien puede estar en peligro, la alerta llega siempre al momento.",
)
SPEAKS = Text(en="From now on I write to you in English.", es="Desde ahora le escribo en español.")
LANGUAGE = Text(en="Language", es="Idioma")
CHANGE = Text(en="Change", es="Cambiar")
TURN_OFF = Text(en="Turn off", es="Desactivar")
FROM = Text(en="From", es="De")
UNTIL = Text(en="Until", es="A")
ZONE = Text(en="Time zone", es="Zona horaria")

DIGEST = Text(en="Your digest", es="Su resumen")
DAILY = Text(
    en="What is small comes together every day at {at} ({zone}).",
    es="Lo menor llega reunido cada día a las {at} ({zone}).",
)
WEEKLY = Text(
    en="What is small comes together every Friday at {at} ({zone}).",
    es="Lo menor llega reunido cada viernes a las {at} ({zone}).",
)
ONLY_SMALL = Text(
    en="Everything else comes by itself. Where there is nothing, no digest comes.",
    es="Lo demás llega por separado. Si no hay nada, no llega ningún resumen.",
)
HOW_OFTEN = Text(en="How often", es="Con qué frecuencia")
EVERY_DAY = Text(en="every day", es="cada día")
EVERY_FRIDAY = Text(en="every Friday", es="cada viernes")
AT = Text(en="At", es="A las")
NO_DIGEST = Text(
    en="Write “daily” or “weekly”, and an hour if you like: “weekly 7:30”.",
    es="Escriba «diario» o «semanal» y, si quiere, una hora: «semanal 7:30».",
)
_WEEKLY = frozenset({"weekly", "week", "semanal", "semana"})
_DAILY = frozenset({"daily", "day", "diario", "dia"})

_HOURS = re.compile(
    r"(?P<start>\d{1,2}(?:[:.]\d\d)?)\s*(?:-|–|to|until|a|hasta)\s*(?P<end>\d{1,2}(?:[:.]\d\d)?)(?:\s+(?P<zone>\S+))?"
)
_OFF = frozenset({"off", "no", "none", "nunca", "apagar", "desactivar"})
_LANGUAGES = {
    Lang.EN: frozenset({"en", "english", "ingles"}),
    Lang.ES: frozenset({"es", "spanish", "espanol", "castellano"}),
}


async def set_quiet(core: Core, actor: Person, words: str) -> Card:
    """Sets the hours of `21:00-07:00 [zone]`, or none for `off`. Raises Refused."""
    if plain(words) in _OFF:
        return await _save_quiet(core, actor, None, "")
    found = _HOURS.fullmatch(words.strip().lower())
    if found is None:
        raise Refused(NO_HOURS)
    zone = words.strip()[found.start("zone") :] if found["zone"] else ""
    return await _save_quiet(core, actor, (_hour(found["start"]), _hour(found["end"])), zone)


async def set_digest(core: Core, actor: Person, words: str) -> Card:
    """Sets how often and when the digest comes. Raises Refused."""
    often, _, hour = words.strip().partition(" ")
    is_weekly = plain(often) in _WEEKLY
    if not is_weekly and plain(often) not in _DAILY:
        raise Refused(NO_DIGEST)
    try:
        at = _hour(hour.strip()) if hour.strip() else None
    except Refused:
        raise Refused(NO_DIGEST) from None

    def unit(tx: Transaction) -> Person:
        person = _present(tx, actor)
        saved = replace(person, is_digest_weekly=is_weekly, digest_at=at or person.digest_at)
        tx.registry.save_person(saved)
        return saved

    return digest_card(await core.store.write(unit), actor.lang, tone=Tone.DONE)


def digest_card(person: Person, lang: Lang, *, tone: Tone = Tone.PLAIN) -> Card:
    """When the person's digest comes, with a form to change it."""
    said = (WEEKLY if person.is_digest_weekly else DAILY)(lang, at=f"{person.digest_at:%H:%M}", zone=person.zone)
    choices = (("daily", EVERY_DAY(lang)), ("weekly", EVERY_FRIDAY(lang)))
    fields = (
        Field(
            name="often",
            label=HOW_OFTEN(lang),
            kind="choice",
            choices=choices,
            value="weekly" if person.is_digest_weekly else "daily",
        ),
        Field(name="at", label=AT(lang), value=f"{person.digest_at:%H:%M}"),
    )
    change = Action(name="person.digest", subject="set", label=CHANGE(lang), fields=fields)
    return Card(title=DIGEST(lang), tone=tone, blocks=(Paragraph(said), Paragraph(ONLY_SMALL(lang))), actions=(change,))


async def set_language(core: Core, actor: Person, words: str) -> Card:
    """Sets the language that cards come in. Raises Refused."""
    lang = next((lang for lang, names in _LANGUAGES.items() if plain(words.strip()) in names), None)
    if lang is None:
        raise Refused(NO_LANGUAGE)
    await core.store.write(lambda tx: tx.registry.save_person(replace(_present(tx, actor), lang=lang)))
    return Card(title=LANGUAGE(lang), tone=Tone.DONE, blocks=(Paragraph(SPEAKS(lang)),))


def quiet_card(person: Person, lang: Lang, *, tone: Tone = Tone.PLAIN) -> Card:
    """The person's quiet hours as they stand, with a form to change them."""
    start, end = (f"{at:%H:%M}" for at in person.quiet) if person.quiet else ("21:00", "07:00")
    said = QUIET(lang, start=start, end=end, zone=person.zone) if person.quiet else NOT_QUIET(lang)
    fields = (
        Field(name="from", label=FROM(lang), value=start),
        Field(name="until", label=UNTIL(lang), value=end),
        Field(name="zone", label=ZONE(lang), value=person.zone),
    )
    change = Action(name="person.quiet", subject="set", label=CHANGE(lang), fields=fields)
    off = Action(name="person.quiet", subject="off", label=TURN_OFF(lang))
    return Card(
        title=TITLE(lang),
        tone=tone,
        blocks=(Paragraph(said), Paragraph(URGENT(lang))),
        actions=(change, off) if person.quiet else (change,),
    )


async def _save_quiet(core: Core, actor: Person, hours: tuple[time, time] | None, zone: str) -> Card:
    if hours is not None and hours[0] == hours[1]:
        raise Refused(NO_HOURS)
    name = _zone(zone) if zone else ""

    def unit(tx: Transaction) -> Person:
        person = _present(tx, actor)
        saved = replace(person, quiet=hours, zone=name or person.zone)
        tx.registry.save_person(saved)
        return saved

    return quiet_card(await core.store.write(unit), actor.lang, tone=Tone.DONE)


def _present(tx: Transaction, actor: Person) -> Person:
    person = tx.registry.person(actor.ref)
    if person is None or not person.is_active:
        raise Refused(GONE)
    return person


def _hour(given: str) -> time:
    hour, _, minute = given.replace(".", ":").partition(":")
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise Refused(NO_HOURS) from None


def _zone(given: str) -> str:
    try:
        return ZoneInfo(given).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(NO_ZONE, given=given[:40]) from None


async def _on_quiet(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    if subject == "off":
        return await set_quiet(core, actor, "off")
    return await set_quiet(core, actor, f"{values.get('from', '')}-{values.get('until', '')} {values.get('zone', '')}")


async def _on_lang(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:
    return await set_language(core, actor, values.get("lang", subject))


async def _on_digest(core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card:  # noqa: ARG001
    return await set_digest(core, actor, f"{values.get('often', '')} {values.get('at', '')}")


ACTS: Mapping[str, Handler] = {"person.digest": _on_digest, "person.quiet": _on_quiet, "person.lang": _on_lang}
