"""What people asked their supervisors, and the answers."""

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from adapters.storage.rows import insert_or_replace
from adapters.storage.tables import questions
from bot.ids import PersonRef, WorkspaceId
from bot.records.questions import Question


class SqlQuestions:
    """`bot.ports.Questions` within one transaction. Where the transaction may write, `get` holds the question until it
    ends."""

    def __init__(self, connection: sa.Connection, *, is_read_only: bool) -> None:
        self._connection = connection
        self._is_read_only = is_read_only

    def get(self, question_id: str) -> Question | None:
        query = sa.select(questions).where(questions.c.id == question_id)
        query = query if self._is_read_only else query.with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else Question(**row)

    def save(self, question: Question) -> None:
        values = {field.name: getattr(question, field.name) for field in fields(question)}
        insert_or_replace(self._connection, questions, values)

    def asked_by(self, person: PersonRef) -> Sequence[Question]:
        return self._found(questions.c.asked_by == person)

    def waiting_for(self, person: PersonRef) -> Sequence[Question]:
        return self._found(sa.and_(questions.c.asked_of == person, questions.c.answered_at.is_(None)))

    def shared(self, workspace: WorkspaceId) -> Sequence[Question]:
        found = self._found(questions.c.sealed_shared.is_not(None))
        return [question for question in found if question.asked_of.workspace == workspace][::-1]

    def _found(self, condition: sa.ColumnElement[bool]) -> list[Question]:
        oldest_first = sa.select(questions).where(condition).order_by(questions.c.asked_at, questions.c.id)
        return [Question(**row) for row in self._connection.execute(oldest_first).mappings()]
