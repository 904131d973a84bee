"""What people do in Slack with Chaperone itself: `/policy`, buttons, modals, shortcuts, its home. Each is answered
within Slack's three seconds, and who acts is looked up anew each time."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from adapters.slack import forms
from adapters.slack.answering import Accounts, Answer, Answering, answer_of, busy
from adapters.slack.blocks import asks_in_place
from adapters.slack.buttons import HOME, Pressed, read
from adapters.slack.client import Failed, Slack
from adapters.slack.content import Payload
from adapters.slack.events import workspace_of
from adapters.slack.places import Place, clicker_of, person_in, place_of, team_in
from adapters.slack.reporting import unpacked
from adapters.slack.shortcuts import Shortcuts
from adapters.slack.versions import Unreadable, dict_of, id_in, text_of
from bot.cards import Action, Card
from bot.core import Core
from bot.desk.door import Desk, refusal
from bot.errors import ChaperoneError, PlatformBusy, Refused, StoreUnavailable, Unable, Undeliverable
from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.topics import render
from bot.wording.subjects import UNREADABLE
from policy.words import Lang, Text

log = structlog.get_logger()
T = TypeVar("T")

IN_TIME = 2.0
"""Seconds within which Slack is answered; what takes longer is shown when it is there."""
NO_LONGER = Text(
    en="That is not possible any more. Please look at the card again.",
    es="Eso ya no es posible. Vuelva a mirar la tarjeta, por favor.",
)


class Interactions:
    """Takes what `Door` hands on. `settled` waits for what was left to be shown."""

    def __init__(self, core: Core, desk: Desk, slack: Slack, accounts: Accounts) -> None:
        self._core = core
        self._desk = desk
        self._answering = Answering(core, desk, slack, accounts)
        self._shortcuts = Shortcuts(desk, self._answering)
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
            place = place_of(payload)
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
            await _in_time(self._begin(self._shortcuts.use(payload)))
        except Unreadable as error:
            _unreadable(error)

    async def _command(self, form: Payload) -> Answer | None:
        who = person_in(id_in(form, "team_id"), id_in(form, "user_id"))
        place = ChannelRef(who.workspace, ChannelId(id_in(form, "channel_id")))
        task = self._begin(self._typed(who, place, text_of(form.get("text"))))
        if await _in_time(task):
            return task.result()
        self._begin(self._answer_later(task, text_of(form.get("response_url"))))
        return None

    async def _sent_off(self, payload: Payload) -> Answer:
        who = clicker_of(payload)
        lang = await self._answering.lang(who)
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
            await _in_time(self._begin(self._answering.publish_home(who)))
        except (Unreadable, PlatformBusy, Undeliverable, Unable) as fault:
            # Told that it failed, Slack would send it again, and in the end no events at all.
            log.warning("slack.no_home", error=type(fault).__name__)

    async def settled(self) -> None:
        """Returns once everything has been shown that was still to be."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _typed(self, who: PersonRef, place: ChannelRef, typed: str) -> Answer:
        try:
            text = await self._answering.as_read(who.workspace, typed)
            is_direct = place.channel.startswith("D")
            card = await self._desk.command(who, None if is_direct else place, text)
        except StoreUnavailable:
            card = busy(await self._answering.lang(who))
        return answer_of(card)

    async def _answer_later(self, task: asyncio.Task[Answer], url: str) -> None:
        await self._answering.respond(url, await task)

    async def _view_later(self, task: asyncio.Task[Answer], who: PersonRef, view: str) -> None:
        found = await task
        shown = found.get("view") or forms.card_view(busy(Lang.EN), Lang.EN)
        await self._answering.change(team_in(who.workspace), view, shown)

    async def _pressed(self, payload: Payload, place: Place, value: str) -> None:
        who = clicker_of(payload)
        lang = await self._answering.lang(who)
        try:
            await self._answering.refuse_outsiders(payload, who)
            pressed = read(value)
            action = pressed.action
            if pressed.source or action.fields or (action.confirm and not asks_in_place(action)):
                await self._open_form(who, place, pressed, lang)
                return
            card = await self._desk.act(who, action.name, action.subject, {})
        except Refused as refused:
            card = refusal(refused, lang)
        except StoreUnavailable:
            card = busy(lang)
        try:
            if card is not None:
                await self._answering.show(place, card, lang)
            if place.kind == HOME:
                await self._answering.publish_home(who)
        except (PlatformBusy, Undeliverable, Unable) as fault:
            # It is done, and the cards show it. To be told that it failed would be wrong.
            log.warning("slack.unshown", error=type(fault).__name__)

    async def _open_form(self, who: PersonRef, place: Place, pressed: Pressed, lang: Lang) -> None:
        """Opens the form at once; where it must be made first, something else stands there until it is."""
        if not pressed.source:
            await self._answering.open(place, forms.form_view(pressed.action, lang))
            return
        view = await self._answering.open(place, forms.waiting_view(lang))
        try:
            form = forms.form_view(await self._made_again(who, pressed), lang)
        except Refused as refused:
            form = forms.card_view(refusal(refused, lang), lang)
        await self._answering.change(place.team, view, form)

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
            await self._answering.refuse_outsiders(payload, who)
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
            card = busy(lang)
        return {"response_action": "update", "view": forms.card_view(card, lang)}

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(_told(work))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # _told has put it on record


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
