"""Chaperone's entries in a message's menu (a message extension): the message is checked or reported, for one person."""

from dataclasses import dataclass

from adapters.teams import cards, chat_messages
from adapters.teams.activity import Payload, channel_of, conversation_of, part, sender_of, text
from bot.cards import Action, Card, Field
from bot.core import Core
from bot.desk.door import NO_SUCH_ACT, Desk, refusal
from bot.errors import Refused
from bot.events import Content
from bot.ids import ChannelId, ChannelRef, MessageRef, PersonId, PersonRef
from bot.wording.subjects import UNREADABLE
from policy.words import Lang, Text

CHECK_MESSAGE, REPORT_MESSAGE = "checkMessage", "reportMessage"
"""The entries' names, as the manifest has them."""
CHOSEN, SUBMITTED = "composeExtension/fetchTask", "composeExtension/submitAction"
"""What Teams calls that somebody chose an entry, and that they sent the form that it opened."""

CHECK_TITLE = Text(en="Check against policy", es="Comparar con la política")
REPORT_TITLE = Text(en="Report to supervisor", es="Reportar al supervisor")
REPORT = Text(en="Report this message", es="Reportar este mensaje")
NOTE = Text(en="What should they know? (may stay empty)", es="¿Qué deben saber? (puede quedar vacío)")
WHO_SEES = Text(
    en="The channel's owner and their supervisor see it, never the one who wrote it. Your name is not on the card.",
    es="Lo ven el responsable del canal y su supervisor, nunca quien lo escribió. Su nombre no aparece en la tarjeta.",
)


@dataclass(frozen=True, slots=True)
class _Chosen:
    message: MessageRef
    author: PersonId
    content: Content


class Menus:
    """What the entries do. Each answers with a dialog that only whoever chose it sees."""

    def __init__(self, core: Core, desk: Desk) -> None:
        self._core = core
        self._desk = desk

    async def answer(self, activity: Payload, lang: Lang) -> Payload:
        """The dialog for somebody who chose an entry, or sent a form."""
        command = text(activity, "value", "commandId")
        title = CHECK_TITLE if command == CHECK_MESSAGE else REPORT_TITLE
        try:
            return cards.dialog(title(lang), await self._shown(activity, command, lang))
        except Refused as refused:
            return cards.dialog(title(lang), cards.adaptive(refusal(refused, lang)))

    async def _shown(self, activity: Payload, command: str, lang: Lang) -> Payload:
        who, chosen = sender_of(activity), await self._message_in(activity)
        if command == CHECK_MESSAGE:
            return cards.adaptive(await self._desk.check_message(who, chosen.message, chosen.content))
        if command != REPORT_MESSAGE:
            raise Refused(NO_SUCH_ACT)
        if text(activity, "name") == CHOSEN:
            return _form(lang)
        return cards.adaptive(await self._report(who, chosen, activity))

    async def _report(self, who: PersonRef, chosen: _Chosen, activity: Payload) -> Card:
        sent = cards.press_in(part(activity, "value", "data"))
        note = sent.values.get("note", "") if sent else ""
        return await self._desk.report_message(who, chosen.message, chosen.author, chosen.content, note)

    async def _message_in(self, activity: Payload) -> _Chosen:
        """The message that the entry was chosen for. Who wrote it is what we know ourselves, where we do: the client of
        whoever reports tells the rest. Raises Refused where there is none."""
        shown = part(activity, "value", "messagePayload")
        id_ = chat_messages.id_of(shown)
        if not id_:
            raise Refused(UNREADABLE)
        place = channel_of(activity) or ChannelRef(sender_of(activity).workspace, ChannelId(conversation_of(activity)))
        ref = MessageRef(place.workspace, place.channel, id_)
        known = await self._core.store.read(lambda tx: tx.messages.get(ref))
        author = (known.author if known else None) or chat_messages.author_of(shown)
        return _Chosen(ref, author, chat_messages.content_in(shown))


def _form(lang: Lang) -> Payload:
    note = Field(name="note", label=NOTE(lang), kind="text", is_required=False)
    asked = Action(name=REPORT_MESSAGE, subject="", label=REPORT(lang), fields=(note,), confirm=WHO_SEES(lang))
    return cards.form(asked)
