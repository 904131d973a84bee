"""What people do in Slack with Chaperone itself: `/policy`, buttons, modals, shortcuts, its home. Each is answered
within Slack's three seconds, and who acts is looked up anew each time."""

import asyncio
import re
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

import structlog

from adapters.slack import forms
from adapters.slack.blocks import ANSWER, asks_in_place, blocks_of, fallback_of
from adapters.slack.buttons import HOME, Pressed, read, value_for
from adapters.slack.client import Failed, Slack
from adapters.slack.content import Payload
from adapters.slack.events import PLATFORM, workspace_of
from adapters.slack.home import home_view
from adapters.slack.reporting import packed, unpacked
from adapters.slack.text import shown
from adapters.slack.versions import Reading, Unreadable, dict_of, id_in, text_of, version_of
from bot.accounts import Account
from bot.cards import Action, Card, Field, Paragraph, Tone
from bot.core import Core
from bot.deliveries import Topic
from bot.desk import NO_SUCH_ACT, Desk, refusal
from bot.errors import ChaperoneError, PlatformBusy, Refused, StoreUnavailable, Unable, Undeliverable
from bot.events import Content, Unread
from bot.ids import ChannelId, ChannelRef, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.subjects import UNREADABLE
from bot.topics import render
from policy.words import Lang, Text

log = structlog.get_logger()
Answer: TypeAlias = dict[str, Any]
T = TypeVar("T")

IN_TIME = 2.0
"""Seconds within which Slack is answered; what takes longer is shown when it is there."""
CHECK_MESSAGE, REPORT_MESSAGE, ASK_SUPERVISOR = "check_message", "report_message", "ask_supervisor"
"""The shortcuts' names, as the manifest has them (`callback_id`)."""

NOT_OURS = Text(
    en="This belongs to another organisation's Slack. Please ask the owner of the channel there.",
    es="Esto pertenece al Slack de otra organización. Pregunte allí al responsable del canal.",
)
NO_LONGER = Text(
    en="That is not possible any more. Please look at the card again.",
    es="Eso ya no es posible. Vuelva a mirar la tarjeta, por favor.",
)
BUSY_TITLE = Text(en="Please try again in a moment", es="Inténtelo de nuevo en un momento, por favor")
BUSY = Text(
    en="Nothing was saved just now. If somebody is in danger, call 911.",
    es="No se guardó nada. Si alguien está en peligro, llame al 911.",
)
ASK = Text(en="Ask my supervisor", es="Preguntar a mi supervisor")
QUESTION = Text(en="Your question", es="Su pregunta")
REPORT = Text(en="Report this message", es="Reportar este mensaje")
NOTE = Text(en="What should they know? (may stay empty)", es="¿Qué deben saber? (puede quedar vacío)")
WHO_SEES = Text(
    en="The channel's owner and their supervisor see it, never the one who wrote it. Your name is not on the card.",
    es="Lo ven el responsable del canal y su supervisor, nunca quien lo escribió. Su nombre no aparece en la tarjeta.",
)

_MENTION = re.compile(r"<([@#])([A-Z0-9]{2,40})(?:\|([^<>]*))?>")


class Accounts(Protocol):
    """Who an account is, as the platform knows it."""

    async def account(self, person: PersonRef) -> Account | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where somebody pressed, and how they can be answered there."""

    team: str
    kind: str  # `message`, `ephemeral`, `modal` or `home`
    trigger: str
    url: str
    view: str


class Interactions:
    """Takes what `Door` hands on. `settled` waits for what was left to be shown."""

    def __init__(self, core: Core, desk: Desk, slack: Slack, accounts: Accounts) -> None:
        self._core = core
        self._desk = desk
        self._slack = slack
        self._accounts = accounts
        self._running: set[asyncio.Task[Any]] = set()

    async def command(self, form: Payload) -> Answer | None:
        """A private answer to `/policy`."""
        try:
            return await self._command(form)
        except Unreadable as error:
            _unreadable(error)
            return None

    async def action(self, payload: Payload) -> None:
        """A pressed button: done at once, or its form is opened."""
        pressed = payload.get("actions")
        value = text_of(dict_of(pressed[0]).get("value")) if isinstance(pressed, list) and pressed else ""
        if not value:
            return
        try:
            place = _place(payload)
            await _in_time(self._begin(self._pressed(payload, place, value)))
        except Unreadable as error:
            _unreadable(error)

    async def view(self, payload: Payload) -> Answer | None:
        """A filled form. What cannot be taken is said beside the field; what came of it is shown in its place."""
        if payload.get("type") != "view_submission":
            return None
        try:
            return await self._sent_off(payload)
        except Unreadable as error:
            _unreadable(error)
            return None

    async def shortcut(self, payload: Payload) -> None:
        """A shortcut: of one message, or for everything."""
        try:
            await _in_time(self._begin(self._shortcut(payload)))
        except Unreadable as error:
            _unreadable(error)

    async def _command(self, form: Payload) -> Answer | None:
        who = _person(id_in(form, "team_id"), id_in(form, "user_id"))
        place = ChannelRef(who.workspace, ChannelId(id_in(form, "channel_id")))
        task = self._begin(self._typed(who, place, text_of(form.get("text"))))
        if await _in_time(task):
            return task.result()
        self._begin(self._answer_later(task, text_of(form.get("response_url"))))
        return None

    async def _sent_off(self, payload: Payload) -> Answer:
        who = _clicker(payload)
        lang = await self._lang(who)
        try:
            form = forms.filled(payload)
        except Refused as refused:
            return {"response_action": "update", "view": forms.card_view(refusal(refused, lang), lang)}
        task = self._begin(self._submitted(payload, who, form, lang))
        if await _in_time(task):
            return task.result()
        self._begin(self._view_later(task, who, form.view))
        return {"response_action": "update", "view": forms.waiting_view(lang)}

    async def home_opened(self, body: Payload) -> None:
        """Shows the person's home as things stand now."""
        event = dict_of(body.get("event"))
        if event.get("tab", HOME) != HOME:
            return
        try:
            who = PersonRef(workspace_of(body), PersonId(id_in(event, "user")))
            await _in_time(self._begin(self._publish_home(who)))
        except (Unreadable, PlatformBusy, Undeliverable, Unable) as fault:
            # Told that it failed, Slack would send it again, and in the end no events at all.
            log.warning("slack.no_home", error=type(fault).__name__)

    async def settled(self) -> None:
        """Returns once everything has been shown that was still to be."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _typed(self, who: PersonRef, place: ChannelRef, typed: str) -> Answer:
        try:
            text = await self._as_read(who.workspace, typed)
            is_direct = place.channel.startswith("D")
            card = await self._desk.command(who, None if is_direct else place, text)
        except StoreUnavailable:
            card = _busy(await self._lang(who))
        return _answer(card)

    async def _answer_later(self, task: asyncio.Task[Answer], url: str) -> None:
        await self._slack.respond(url, await task)

    async def _view_later(self, task: asyncio.Task[Answer], who: PersonRef, view: str) -> None:
        found = await task
        shown = found.get("view") or forms.card_view(_busy(Lang.EN), Lang.EN)
        await self._slack.call(_team(who), "views.update", patience=5, view_id=view, view=shown)

    async def _pressed(self, payload: Payload, place: _Place, value: str) -> None:
        who = _clicker(payload)
        lang = await self._lang(who)
        try:
            await self._refuse_outsiders(payload, who)
            pressed = read(value)
            action = pressed.action
            if pressed.source or action.fields or (action.confirm and not asks_in_place(action)):
                await self._open_form(who, place, pressed, lang)
                return
            card = await self._desk.act(who, action.name, action.subject, {})
        except Refused as refused:
            card = refusal(refused, lang)
        except StoreUnavailable:
            card = _busy(lang)
        try:
            if card is not None:
                await self._show(place, card, lang)
            if place.kind == HOME:
                await self._publish_home(who)
        except (PlatformBusy, Undeliverable, Unable) as fault:
            # It is done, and the cards show it. To be told that it failed would be wrong.
            log.warning("slack.unshown", error=type(fault).__name__)

    async def _open_form(self, who: PersonRef, place: _Place, pressed: Pressed, lang: Lang) -> None:
        """Opens the form at once; where it must be made first, something else stands there until it is."""
        if not pressed.source:
            await self._open(place, forms.form_view(pressed.action, lang))
            return
        view = await self._open(place, forms.waiting_view(lang))
        try:
            form = forms.form_view(await self._made_again(who, pressed), lang)
        except Refused as refused:
            form = forms.card_view(refusal(refused, lang), lang)
        await self._slack.call(place.team, "views.update", patience=5, view_id=view, view=form)

    async def _made_again(self, who: PersonRef, pressed: Pressed) -> Action:
        """The action as its card offers it now. Raises Refused where it does so no more."""
        cards = await self._desk.home(who) if pressed.source == HOME else await self._of_topic(who, pressed.source)
        wanted = (pressed.action.name, pressed.action.subject)
        found = [action for card in cards for action in card.actions if (action.name, action.subject) == wanted]
        if not found:
            raise Refused(NO_LONGER)
        return found[0]

    async def _of_topic(self, who: PersonRef, source: str) -> list[Card]:
        try:
            topic = Topic.parse(source)
        except ValueError:
            raise Refused(UNREADABLE) from None

        def unit(tx: Transaction) -> Card | None:
            viewer = tx.registry.person(who)
            return None if viewer is None or not viewer.is_active else render(tx, self._core, topic, viewer)

        card = await self._core.store.read(unit)
        return [] if card is None else [card]

    async def _submitted(self, payload: Payload, who: PersonRef, form: forms.Filled, lang: Lang) -> Answer:
        try:
            await self._refuse_outsiders(payload, who)
            if form.purpose == forms.REPORT:
                message, author, content = unpacked(who.workspace, form.known)
                card = await self._desk.report_message(who, message, author, content, form.values.get("note", ""))
            else:
                name, subject = str(form.known.get("n", "")), str(form.known.get("s", ""))
                found = await self._desk.act(who, name, subject, form.values)
                if found is None:
                    return {"response_action": "clear"}
                card = found
        except Refused as refused:
            if form.values:
                return forms.errors(refused.text(lang, **refused.values), list(form.values))
            card = refusal(refused, lang)
        except StoreUnavailable:
            card = _busy(lang)
        return {"response_action": "update", "view": forms.card_view(card, lang)}

    async def _shortcut(self, payload: Payload) -> None:
        who, place = _clicker(payload), _place(payload)
        lang = await self._lang(who)
        name = text_of(payload.get("callback_id"))
        try:
            await self._refuse_outsiders(payload, who)
            if name == ASK_SUPERVISOR:
                field = Field(name="text", label=QUESTION(lang), kind="text")
                action = Action(name="question.ask", subject="|", label=ASK(lang), fields=(field,))
                await self._open(place, forms.form_view(action, lang))
            elif name in (CHECK_MESSAGE, REPORT_MESSAGE):
                message, author, content = await self._message_in(payload, who.workspace)
                if name == CHECK_MESSAGE:
                    await self._check(who, place, message, content, lang)
                else:
                    await self._open(place, _report_form(message, author, content, lang))
            else:
                raise Refused(NO_SUCH_ACT)
        except Refused as refused:
            await self._open(place, forms.card_view(refusal(refused, lang), lang))

    async def _check(self, who: PersonRef, place: _Place, message: MessageRef, content: Content, lang: Lang) -> None:
        view = await self._open(place, forms.waiting_view(lang))
        try:
            card = await self._desk.check_message(who, message, content)
        except StoreUnavailable:
            card = _busy(lang)
        found = forms.card_view(card, lang)
        await self._slack.call(place.team, "views.update", patience=5, view_id=view, view=found)

    async def _message_in(self, payload: Payload, workspace: WorkspaceId) -> tuple[MessageRef, PersonId, Content]:
        """The message that a shortcut was used on. Raises Refused where it cannot be read."""
        try:
            channel = ChannelRef(workspace, ChannelId(id_in(dict_of(payload.get("channel")), "id")))
            reading = Reading(name_of=await self._names(workspace))
            version = version_of(channel, dict_of(payload.get("message")), reading)
        except Unreadable:
            raise Refused(UNREADABLE) from None
        content = Content(text="") if isinstance(version, Unread) else version.content
        return version.message, version.author, content

    async def _publish_home(self, who: PersonRef) -> None:
        try:
            cards = await self._desk.home(who)
        except StoreUnavailable:
            cards = [_busy(await self._lang(who))]
        await self._slack.call(_team(who), "views.publish", patience=5, user_id=who.person, view=home_view(cards))

    async def _show(self, place: _Place, card: Card, lang: Lang) -> None:
        """Shows the person alone what came of it, where they pressed."""
        if place.kind in ("message", "ephemeral"):
            await self._slack.respond(place.url, _answer(card) | {"replace_original": place.kind == "ephemeral"})
        else:
            await self._open(place, forms.card_view(card, lang))

    async def _open(self, place: _Place, view: Answer) -> str:
        """Shows a modal, in the place of the one that was pressed in, and returns its name."""
        if place.kind == "modal":
            await self._slack.call(place.team, "views.update", patience=1, view_id=place.view, view=view)
            return place.view
        answer = await self._slack.call(place.team, "views.open", trigger_id=place.trigger, view=view)
        return str(answer["view"]["id"])

    async def _refuse_outsiders(self, payload: Payload, who: PersonRef) -> None:
        """In a channel shared with another organisation its members see our buttons too. Raises Refused."""
        home = text_of(dict_of(payload.get("user")).get("team_id"))
        if home and home != _team(who):
            account = await self._accounts.account(who)
            if account is None or account.is_external:
                raise Refused(NOT_OURS)

    async def _lang(self, who: PersonRef) -> Lang:
        try:
            person = await self._core.store.read(lambda tx: tx.registry.person(who))
        except StoreUnavailable:
            return Lang.EN
        return Lang.EN if person is None else person.lang

    async def _as_read(self, workspace: WorkspaceId, typed: str) -> str:
        """What somebody typed as they see it: people and channels by the names of the register."""
        if "<" not in typed:
            return shown(typed, str).text
        name_of = await self._names(workspace)

        def named(found: re.Match[str]) -> str:
            sign, id_, label = found.groups()
            name = name_of(id_)
            return f"{sign}{name if name != id_ else label or id_}"

        return shown(_MENTION.sub(named, typed), name_of).text

    async def _names(self, workspace: WorkspaceId) -> "_Names":
        def unit(tx: Transaction) -> dict[str, str]:
            names = {str(person.ref.person): person.name for person in tx.registry.people(workspace)}
            return names | {str(c.ref.channel): c.name for c in tx.registry.channels() if c.ref.workspace == workspace}

        return _Names(await self._core.store.read(unit))

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(_told(work))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # _told has put it on record


@dataclass(frozen=True, slots=True)
class _Names:
    """Names by ids; an id that nobody knows is its own name."""

    known: Mapping[str, str]

    def __call__(self, id_: str) -> str:
        return self.known.get(id_) or id_


async def _told(work: Coroutine[Any, Any, T]) -> T:
    """Runs it; what goes wrong in talking to Slack is on record, and the person sees Slack's own sign of it."""
    try:
        return await work
    except ChaperoneError as error:
        reason = error.reason if isinstance(error, Failed) else ""
        log.warning("slack.interaction", error=f"{type(error).__name__} {reason}".strip())
        raise


async def _in_time(task: asyncio.Task[Any]) -> bool:
    """Whether it is done while Slack still waits. Raises what it raised."""
    done, _ = await asyncio.wait({task}, timeout=IN_TIME)
    if done:
        task.result()
    return bool(done)


def _unreadable(error: Unreadable) -> None:
    """Slack sends nothing of the kind: there is nobody to answer."""
    log.error("slack.unreadable", kind="interaction", error=str(error))


def _report_form(message: MessageRef, author: PersonId, content: Content, lang: Lang) -> Answer:
    note = Field(name="note", label=NOTE(lang), kind="text", is_required=False)
    action = Action(name="", subject="", label=REPORT(lang), fields=(note,), confirm=WHO_SEES(lang))
    known = packed(message, author, content, forms.METADATA)
    return forms.form_view(action, lang, purpose=forms.REPORT, known=known)


def _answer(card: Card) -> Answer:
    blocks = blocks_of(card, ANSWER, value_of=value_for)
    return {"response_type": "ephemeral", "text": fallback_of(card), "blocks": blocks}


def _busy(lang: Lang) -> Card:
    return Card(title=BUSY_TITLE(lang), tone=Tone.NOTICE, blocks=(Paragraph(BUSY(lang)),))


def _place(payload: Payload) -> _Place:
    container, view = dict_of(payload.get("container")), dict_of(payload.get("view"))
    kind = {"home": HOME, "modal": "modal"}.get(text_of(view.get("type")), "message")
    return _Place(
        team=_team_of(payload),
        kind="ephemeral" if container.get("is_ephemeral") else kind,
        trigger=text_of(payload.get("trigger_id")),
        url=text_of(payload.get("response_url")),
        view=text_of(view.get("id")),
    )


def _clicker(payload: Payload) -> PersonRef:
    return _person(_team_of(payload), id_in(dict_of(payload.get("user")), "id"))


def _team_of(payload: Payload) -> str:
    """The workspace where it happened; an app installed for a whole organisation is told the person's instead."""
    team = dict_of(payload.get("team"))
    return id_in(team, "id") if team else id_in(dict_of(payload.get("user")), "team_id")


def _person(team: str, user: str) -> PersonRef:
    return PersonRef(WorkspaceId(f"{PLATFORM}:{team}"), PersonId(user))


def _team(who: PersonRef) -> str:
    return who.workspace.partition(":")[2]
