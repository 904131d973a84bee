"""The card that says that Chaperone was taken out of a channel, and how gaps in coverage read in one line."""

from bot.cards import Action, Card, Paragraph, Tone
from bot.core import Core
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.records.gaps import PAST_DAYS, Blindness, Gap
from bot.records.registry import Channel, Person
from bot.wording.dates import moment
from bot.wording.phrasing import channel_name
from bot.wording.subjects import subject_of
from policy.words import Lang, Text

WHY = {
    Blindness.REMOVED: Text(en="Chaperone was taken out of the channel", es="se quitó a Chaperone del canal"),
    Blindness.DOWN: Text(en="Chaperone was not running", es="Chaperone no estaba en marcha"),
    Blindness.RATE_LIMITED: Text(en="the platform held messages back", es="la plataforma retuvo mensajes"),
    Blindness.UNSUBSCRIBED: Text(
        en="the platform had stopped sending messages", es="la plataforma dejó de enviar mensajes"
    ),
    Blindness.UNREADABLE: Text(en="Chaperone may not read there", es="Chaperone no puede leer allí"),
    Blindness.OUTAGE: Text(en="the platform was away", es="la plataforma no respondía"),
    Blindness.LOST: Text(en="messages had not come", es="faltaron mensajes"),
    Blindness.PAST: Text(en="before registration", es="antes del registro"),
}
CHECK_PAST = Text(en="Check the last {n} days", es="Revisar los últimos {n} días")
SPAN = Text(en="{since} to {until}", es="{since} a {until}")
OPEN_SPAN = Text(en="since {since}", es="desde {since}")
READ_AGAIN = Text(en="read again {at}, {n} found", es="releído el {at}, {n} hallados")
NOT_YET = Text(en="not read again", es="sin releer")
GONE = Text(en="Chaperone was taken out of {channel}", es="Se quitó a Chaperone de {channel}")
GONE_WORDS = Text(
    en="Since {since} nothing that is said there is checked. The policy asks for it: add Chaperone to the channel "
    "again, or close the channel.",
    es="Desde {since} no se revisa nada de lo que allí se dice. La política lo exige: vuelva a añadir a Chaperone al "
    "canal, o cierre el canal.",
)
BACK = Text(en="Chaperone is in {channel} again", es="Chaperone está de nuevo en {channel}")
BACK_WORDS = Text(
    en="It was away from {since} to {until}. What was said then is read as far as the platform allows.",
    es="Faltó de {since} a {until}. Lo dicho entonces se lee en lo que permita la plataforma.",
)
RECOVERED_WORDS = Text(
    en="It was away from {since} to {until}. That time has been read; {n} messages, edits and deletions were found.",
    es="Faltó de {since} a {until}. Ese tiempo se ha releído; se hallaron {n} mensajes, ediciones y borrados.",
)


def auditing(channel: Channel, lang: Lang) -> Action:
    """The button that has a channel's past read and judged, for its owner and supervisor."""
    return Action(name="coverage.audit", subject=subject_of(channel.ref), label=CHECK_PAST(lang, n=PAST_DAYS))


def line(gap: Gap, reader: Person) -> str:
    """From when to when, why, and what was found: one line in the reader's words."""
    lang = reader.lang
    since = moment(gap.started_at, reader)
    span = OPEN_SPAN(lang, since=since)
    if gap.ended_at is not None:
        span = SPAN(lang, since=since, until=moment(gap.ended_at, reader))
    found = NOT_YET(lang)
    if gap.recovered_at is not None:
        found = READ_AGAIN(lang, at=moment(gap.recovered_at, reader), n=gap.recovered)
    return f"{span}: {WHY[gap.why](lang)}; {found}"


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """That Chaperone is out of a channel, or in it again, as it stands now."""
    del core
    gap = tx.coverage.get(topic.id)
    if gap is None:
        return None
    lang = viewer.lang
    name = channel_name(tx.registry.channel(gap.channel), gap.channel.channel)
    since = moment(gap.started_at, viewer)
    if gap.ended_at is None:
        title, said, tone = GONE(lang, channel=name), GONE_WORDS(lang, since=since), Tone.WARNING
    else:
        until = moment(gap.ended_at, viewer)
        words = RECOVERED_WORDS if gap.recovered_at is not None else BACK_WORDS
        title, said, tone = BACK(lang, channel=name), words(lang, since=since, until=until, n=gap.recovered), Tone.DONE
    return Card(title=title, summary=title, tone=tone, blocks=(Paragraph(said),))
