"""`/policy report TEXT`: anybody tells owner and supervisor, privately."""

from bot.cards import Action, Card, Field, Paragraph, Tone
from bot.command import Command, Example, Request
from bot.core import Core
from bot.inbox.reports import DANGER, REPORT, report_words
from bot.wording.subjects import subject_of
from policy.words import Text

TITLE = Text(en="Report something", es="Reportar algo")
HOW = Text(
    en="Tell it in your own words. The owner of this channel and their supervisor see it, nobody else.",
    es="Cuéntelo con sus palabras. Solo lo ven el responsable de este canal y su supervisor.",
)
ABOUT_OWNER = Text(
    en="If it is about the owner, begin with “owner:” and they are not told.",
    es="Si se trata del responsable, empiece con “responsable:” y no se le avisa.",
)
SEND = Text(en="Tell it", es="Contarlo")


async def run(request: Request, core: Core) -> Card:
    if request.words:
        return await report_words(core, request.actor, request.place, request.words)
    lang = request.lang
    field = Field(name="text", label=REPORT(lang), kind="text")
    action = Action(
        name="report.words", subject=subject_of(request.place), label=SEND(lang), style="primary", fields=(field,)
    )
    lines = (HOW, ABOUT_OWNER, DANGER)
    return Card(
        title=TITLE(lang), tone=Tone.NOTICE, blocks=tuple(Paragraph(line(lang)) for line in lines), actions=(action,)
    )


command = Command(
    name="report",
    aliases=("reportar", "denunciar"),
    summary=Text(en="Tell owner and supervisor, privately", es="Avisar en privado a responsable y supervisor"),
    usage=Text(en="report [owner:] TEXT", es="reportar [responsable:] TEXTO"),
    examples=(
        Example("report Somebody here is being mean to a younger student", "Thank you, your report is in"),
        Example("reportar Alguien molesta a un estudiante menor", "Gracias, recibimos su reporte"),
        Example("report", "begin with “owner:”"),
        Example("reportar", "empiece con “responsable:”"),
    ),
    run=run,
)
