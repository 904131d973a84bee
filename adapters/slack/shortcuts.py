"""Shortcuts: a message is checked or reported from its menu, the supervisor is asked from anywhere."""

from adapters.slack import forms
from adapters.slack.answering import Answer, Answering, busy
from adapters.slack.content import Payload
from adapters.slack.places import Place, clicker_of, place_of
from adapters.slack.reporting import packed
from adapters.slack.versions import Reading, Unreadable, dict_of, id_in, text_of, version_of
from bot.cards import Action, Field
from bot.desk.door import NO_SUCH_ACT, Desk, refusal
from bot.errors import Refused, StoreUnavailable
from bot.events import Content, Unread
from bot.ids import ChannelId, ChannelRef, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.wording.subjects import UNREADABLE
from policy.words import Lang, Text

CHECK_MESSAGE, REPORT_MESSAGE, ASK_SUPERVISOR = "check_message", "report_message", "ask_supervisor"
"""The shortcuts' names, as the manifest has them (`callback_id`)."""

ASK = Text(en="Ask my supervisor", es="Preguntar a mi supervisor")
QUESTION = Text(en="Your question", es="Su pregunta")
REPORT = Text(en="Report this message", es="Reportar este mensaje")
NOTE = Text(en="What should they know? (may stay empty)", es="¿Qué deben saber? (puede quedar vacío)")
WHO_SEES = Text(
    en="The channel's owner and their supervisor see it, never the one who wrote it. Your name is not on the card.",
    es="Lo ven el responsable del canal y su supervisor, nunca quien lo escribió. Su nombre no aparece en la tarjeta.",
)


class Shortcuts:
    """What the entries of Slack's menus do."""

    def __init__(self, desk: Desk, answering: Answering) -> None:
        self._desk = desk
        self._answering = answering

    async def use(self, payload: Payload) -> None:
        """Opens what the shortcut asks for. Raises Unreadable."""
        who, place = clicker_of(payload), place_of(payload)
        lang = await self._answering.lang(who)
        name = text_of(payload.get("callback_id"))
        try:
            await self._answering.refuse_outsiders(payload, who)
            if name == ASK_SUPERVISOR:
                field = Field(name="text", label=QUESTION(lang), kind="text")
                action = Action(name="question.ask", subject="|", label=ASK(lang), fields=(field,))
                await self._answering.open(place, forms.form_view(action, lang))
            elif name in (CHECK_MESSAGE, REPORT_MESSAGE):
                message, author, content = await self._message_in(payload, who.workspace)
                if name == CHECK_MESSAGE:
                    await self._check(who, place, message, content, lang)
                else:
                    await self._answering.open(place, _report_form(message, author, content, lang))
            else:
                raise Refused(NO_SUCH_ACT)
        except Refused as refused:
            await self._answering.open(place, forms.card_view(refusal(refused, lang), lang))

    async def _check(self, who: PersonRef, place: Place, message: MessageRef, content: Content, lang: Lang) -> None:
        view = await self._answering.open(place, forms.waiting_view(lang))
        try:
            card = await self._desk.check_message(who, message, content)
        except StoreUnavailable:
            card = busy(lang)
        found = forms.card_view(card, lang)
        await self._answering.change(place.team, view, found)

    async def _message_in(self, payload: Payload, workspace: WorkspaceId) -> tuple[MessageRef, PersonId, Content]:
        """The message that a shortcut was used on. Raises Refused where it cannot be read."""
        try:
            channel = ChannelRef(workspace, ChannelId(id_in(dict_of(payload.get("channel")), "id")))
            reading = Reading(name_of=await self._answering.names(workspace))
            version = version_of(channel, dict_of(payload.get("message")), reading)
        except Unreadable:
            raise Refused(UNREADABLE) from None
        content = Content(text="") if isinstance(version, Unread) else version.content
        return version.message, version.author, content


def _report_form(message: MessageRef, author: PersonId, content: Content, lang: Lang) -> Answer:
    note = Field(name="note", label=NOTE(lang), kind="text", is_required=False)
    action = Action(name="", subject="", label=REPORT(lang), fields=(note,), confirm=WHO_SEES(lang))
    known = packed(message, author, content, forms.METADATA)
    return forms.form_view(action, lang, purpose=forms.REPORT, known=known)
