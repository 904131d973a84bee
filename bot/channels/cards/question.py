"""The card of a question: a form to answer for whoever was asked, and the answer for whoever asked."""

from bot.cards import Action, Block, Card, Excerpt, Field, Paragraph, Tone
from bot.core import Core
from bot.people.routing import above
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.questions import Question
from bot.records.registry import Person
from bot.wording.phrasing import channel_name, name_or_dash
from policy.words import Text

PURPOSE = "question"
"""What questions and answers are sealed for."""

ASKED, ANSWERED = 1, 2

ASKS = Text(en="{name} asks you", es="{name} le pregunta")
SUMMARY = Text(en="A question from {name} waits for your answer.", es="Una pregunta de {name} espera su respuesta.")
ABOUT = Text(en="Asked in {channel}.", es="Preguntado en {channel}.")
ANSWER = Text(en="Answer", es="Responder")
YOUR_ANSWER = Text(en="Your answer", es="Su respuesta")
SENT = Text(en="Your question to {name}", es="Su pregunta a {name}")
WAITS = Text(
    en="{name} has been asked and the answer comes to you here. Better wait with the post until then.",
    es="Se ha preguntado a {name} y la respuesta le llegará aquí. Mejor espere hasta entonces para publicar.",
)
WAITS_BELOW = Text(
    en="{name} has been asked and the answer comes to you here.",
    es="Se ha preguntado a {name} y la respuesta le llegará aquí.",
)
ANSWERED_BY = Text(en="{name} answered", es="{name} respondió")
SHARE = Text(en="Let others find it as", es="Que otros la encuentren como")
SHARE_HINT = Text(
    en="The question in general words, without names; empty keeps the answer between you two",
    es="La pregunta en palabras generales, sin nombres; vacío: la respuesta queda entre ustedes",
)
ON_RECORD = Text(en="Question and answer are on record.", es="La pregunta y la respuesta quedan registradas.")
QUESTION = Text(en="Question", es="Pregunta")


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The question as it stands now, for whoever asked and whoever is to answer; nothing for anybody else."""
    question = tx.questions.get(topic.id)
    if question is None:
        return None
    is_asker = viewer.ref == question.asked_by
    return card(tx, core, question, viewer) if is_asker or may_answer(tx, question, viewer) else None


def topic_of(question: Question) -> Topic:
    return Topic(TopicKind.QUESTION, question.id)


def may_answer(tx: Transaction, question: Question, person: Person) -> bool:
    """Whether the question is this person's to answer: they were asked, or stand in for somebody who left."""
    if person.ref in (question.asked_of, question.answered_by):
        return person.is_active
    asked = tx.registry.person(question.asked_of)
    if asked is None or asked.is_active or person.ref == question.asked_by:
        return False
    stand_in = above(tx, asked)
    return stand_in is not None and stand_in.ref == person.ref


def card(tx: Transaction, core: Core, question: Question, viewer: Person) -> Card:
    """The question for somebody who may see it."""
    lang = viewer.lang
    asker, asked = tx.registry.person(question.asked_by), tx.registry.person(question.asked_of)
    is_asker = viewer.ref == question.asked_by
    title = SENT(lang, name=name_or_dash(asked)) if is_asker else ASKS(lang, name=name_or_dash(asker))
    blocks: list[Block] = [Excerpt(words_of(core, question.sealed_text), caption=QUESTION(lang))]
    if question.sealed_answer is not None:
        by = tx.registry.person(question.answered_by) if question.answered_by else None
        answer = words_of(core, question.sealed_answer)
        blocks.append(Excerpt(answer, caption=ANSWERED_BY(lang, name=name_or_dash(by))))
        footer = ON_RECORD(lang)
        return Card(title=title, summary=title, tone=Tone.DONE, blocks=tuple(blocks), footer=footer)
    if question.channel is not None:
        place = channel_name(tx.registry.channel(question.channel), question.channel.channel)
        blocks.append(Paragraph(ABOUT(lang, channel=place)))
    if is_asker:
        # Whoever asks somebody below them has nothing to post.
        is_below = asked is not None and asked.supervisor == viewer.ref
        blocks.append(Paragraph((WAITS_BELOW if is_below else WAITS)(lang, name=name_or_dash(asked))))
        return Card(title=title, summary=title, blocks=tuple(blocks))
    fields = (
        Field(name="text", label=YOUR_ANSWER(lang), kind="text"),
        Field(name="shared", label=SHARE(lang), hint=SHARE_HINT(lang), is_required=False),
    )
    answer_it = Action(name="question.answer", subject=question.id, label=ANSWER(lang), style="primary", fields=fields)
    return Card(
        title=title,
        summary=SUMMARY(lang, name=name_or_dash(asker)),
        tone=Tone.NOTICE,
        blocks=tuple(blocks),
        actions=(answer_it,),
        footer=ON_RECORD(lang),
    )


def words_of(core: Core, sealed: bytes) -> str:
    return core.keys.open(sealed, purpose=PURPOSE).decode("utf-8", "replace")


def shared_words_of(core: Core, question: Question) -> str:
    """The question as others may find it; empty where they may not."""
    return words_of(core, question.sealed_shared) if question.sealed_shared else ""


def answer_of(core: Core, question: Question) -> str:
    """The answer; empty where there is none yet."""
    return words_of(core, question.sealed_answer) if question.sealed_answer else ""
