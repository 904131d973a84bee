"""Answers people in Slack where they pressed, in their language, and to nobody else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from adapters.slack import forms
from adapters.slack.blocks import ANSWER, blocks_of, fallback_of
from adapters.slack.buttons import value_for
from adapters.slack.client import Slack
from adapters.slack.content import Payload
from adapters.slack.home import home_view
from adapters.slack.places import Place, team_in
from adapters.slack.text import shown
from adapters.slack.versions import dict_of, text_of
from bot.cards import Card, Paragraph, Tone
from bot.core import Core
from bot.desk.door import Desk
from bot.errors import Refused, StoreUnavailable
from bot.ids import PersonRef, WorkspaceId
from bot.ports import Transaction
from bot.records.accounts import Account
from policy.words import Lang, Text

Answer: TypeAlias = dict[str, Any]

NOT_OURS = Text(
    en="This belongs to another organisation's Slack. Please ask the owner of the channel there.",
    es="Esto pertenece al Slack de otra organización. Pregunte allí al responsable del canal.",
)
BUSY_TITLE = Text(en="Please try again in a moment", es="Inténtelo de nuevo en un momento, por favor")
BUSY = Text(
    en="Nothing was saved just now. If somebody is in danger, call 911.",
    es="No se guardó nada. Si alguien está en peligro, llame al 911.",
)

_MENTION = re.compile(r"<([@#])([A-Z0-9]{2,40})(?:\|([^<>]*))?>")


class Accounts(Protocol):
    """Who an account is, as the platform knows it."""

    async def account(self, person: PersonRef) -> Account | None: ...


class Answering:
    """Shows people what they are to see, and knows their language and everybody's names."""

    def __init__(self, core: Core, desk: Desk, slack: Slack, accounts: Accounts) -> None:
        self._core = core
        self._desk = desk
        self._slack = slack
        self._accounts = accounts

    async def publish_home(self, who: PersonRef) -> None:
        """Shows the person's home as things stand now."""
        try:
            cards = await self._desk.home(who)
        except StoreUnavailable:
            cards = [busy(await self.lang(who))]
        await self._slack.call(
            team_in(who.workspace), "views.publish", patience=5, user_id=who.person, view=home_view(cards)
        )

    async def show(self, place: Place, card: Card, lang: Lang) -> None:
        """Shows the person alone what came of it, where they pressed."""
        if place.kind in ("message", "ephemeral"):
            await self._slack.respond(place.url, answer_of(card) | {"replace_original": place.kind == "ephemeral"})
        else:
            await self.open(place, forms.card_view(card, lang))

    async def open(self, place: Place, view: Answer) -> str:
        """Shows a modal, in the place of the one that was pressed in, and returns its name."""
        if place.kind == "modal":
            await self._slack.call(place.team, "views.update", patience=1, view_id=place.view, view=view)
            return place.view
        answer = await self._slack.call(place.team, "views.open", trigger_id=place.trigger, view=view)
        return str(answer["view"]["id"])

    async def refuse_outsiders(self, payload: Payload, who: PersonRef) -> None:
        """In a channel shared with another organisation its members see our buttons too. Raises Refused."""
        home = text_of(dict_of(payload.get("user")).get("team_id"))
        if home and home != team_in(who.workspace):
            account = await self._accounts.account(who)
            if account is None or account.is_external:
                raise Refused(NOT_OURS)

    async def change(self, team: str, view: str, by: Answer) -> None:
        """Shows something else in a modal that stands open."""
        await self._slack.call(team, "views.update", patience=5, view_id=view, view=by)

    async def respond(self, url: str, answer: Answer) -> None:
        """Answers at the address that came with a command."""
        await self._slack.respond(url, answer)

    async def lang(self, who: PersonRef) -> Lang:
        """The person's language."""
        try:
            person = await self._core.store.read(lambda tx: tx.registry.person(who))
        except StoreUnavailable:
            return Lang.EN
        return Lang.EN if person is None else person.lang

    async def as_read(self, workspace: WorkspaceId, typed: str) -> str:
        """What somebody typed as they see it: people and channels by the names of the register."""
        if "<" not in typed:
            return shown(typed, str).text
        name_of = await self.names(workspace)

        def named(found: re.Match[str]) -> str:
            sign, id_, label = found.groups()
            name = name_of(id_)
            return f"{sign}{name if name != id_ else label or id_}"

        return shown(_MENTION.sub(named, typed), name_of).text

    async def names(self, workspace: WorkspaceId) -> "Names":
        """The names of the workspace's people and channels."""

        def unit(tx: Transaction) -> dict[str, str]:
            names = {str(person.ref.person): person.name for person in tx.registry.people(workspace)}
            return names | {str(c.ref.channel): c.name for c in tx.registry.channels() if c.ref.workspace == workspace}

        return Names(await self._core.store.read(unit))


@dataclass(frozen=True, slots=True)
class Names:
    """Names by ids; an id that nobody knows is its own name."""

    known: Mapping[str, str]

    def __call__(self, id_: str) -> str:
        return self.known.get(id_) or id_


def answer_of(card: Card) -> Answer:
    """The card as an answer that one person sees."""
    blocks = blocks_of(card, ANSWER, value_of=value_for)
    return {"response_type": "ephemeral", "text": fallback_of(card), "blocks": blocks}


def busy(lang: Lang) -> Card:
    """That it has to be tried again."""
    return Card(title=BUSY_TITLE(lang), tone=Tone.NOTICE, blocks=(Paragraph(BUSY(lang)),))
