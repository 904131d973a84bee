"""What somebody reads in their browser who lets Chaperone into a workspace: one page for each way it can end."""

from dataclasses import dataclass
from functools import cache

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from policy.words import Lang, Text

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A title, and what to do next."""

    status: int
    title: Text
    words: Text


INSTALL = Page(
    200,
    Text(en="Let Chaperone into your Slack workspace", es="Instalar Chaperone en su espacio de Slack"),
    Text(
        en="Slack asks you next whether Chaperone may join. It reads only channels that it is invited to, and keeps no "
        "words of a message in which it found nothing. You need the right to install apps.",
        es="A continuación, Slack le pregunta si permite que Chaperone entre. Solo lee los canales a los que se le "
        "invita, y no guarda ningún texto de un mensaje en el que no encontró nada. Necesita permiso para instalar "
        "aplicaciones.",
    ),
)
GO = Text(en="Continue to Slack", es="Continuar a Slack")
AGAIN = Text(en="Start again", es="Empezar de nuevo")
DONE = Page(
    200,
    Text(en="Chaperone is in {team}", es="Chaperone está en {team}"),
    Text(
        en="Go to a channel in Slack, type “/invite @Chaperone”, then “/policy register”. You may close this page.",
        es="Vaya a un canal en Slack, escriba «/invite @Chaperone» y luego «/policy registrar». Puede cerrar esta "
        "página.",
    ),
)
DENIED = Page(
    403,
    Text(en="Chaperone was not let in", es="No se permitió la entrada de Chaperone"),
    Text(
        en="You, or your workspace's rules for apps, said no, and nothing was changed. Ask whoever approves apps in "
        "your workspace, then start again.",
        es="Usted, o las reglas de aplicaciones de su espacio, dijeron que no, y no se cambió nada. Pregunte a quien "
        "aprueba aplicaciones en su espacio y empiece de nuevo.",
    ),
)
EXPIRED = Page(
    400,
    Text(en="This took too long, or was used already", es="Tardó demasiado, o ya se usó"),
    Text(
        en="For safety a request to install is good for ten minutes and once. Nothing was changed; please start again.",
        es="Por seguridad, una solicitud de instalación vale diez minutos y una sola vez. No se cambió nada; empiece "
        "de nuevo, por favor.",
    ),
)
OTHER_BROWSER = Page(
    400,
    Text(en="This did not begin in this browser", es="Esto no empezó en este navegador"),
    Text(
        en="Chaperone is let in from start to end in one browser, with cookies allowed. Nothing was changed; please "
        "start again here.",
        es="La instalación se hace de principio a fin en un mismo navegador, con cookies permitidas. No se cambió "
        "nada; empiece aquí de nuevo, por favor.",
    ),
)
WRONG_CLIENT = Page(
    502,
    Text(en="Slack does not know this server as the app", es="Slack no reconoce este servidor como la aplicación"),
    Text(
        en="SLACK_CLIENT_ID and SLACK_CLIENT_SECRET must both be those of the app, under Basic Information on its page "
        "at Slack. Tell whoever runs Chaperone.",
        es="SLACK_CLIENT_ID y SLACK_CLIENT_SECRET deben ser los de la aplicación, en «Basic Information» de su página "
        "en Slack. Avise a quien administra Chaperone.",
    ),
)
REFUSED = Page(
    502,
    Text(en="Slack said no", es="Slack dijo que no"),
    Text(
        en="Slack's word for it is “{error}”. Nothing was changed. Tell whoever runs Chaperone: “chaperone doctor” "
        "says what to look at.",
        es="Slack lo llama «{error}». No se cambió nada. Avise a quien administra Chaperone: «chaperone doctor» dice "
        "qué mirar.",
    ),
)
UNREACHABLE = Page(
    502,
    Text(en="Slack did not answer", es="Slack no respondió"),
    Text(
        en="Nothing was changed. Please start again in a minute.",
        es="No se cambió nada. Empiece de nuevo en un minuto, por favor.",
    ),
)
BUSY = Page(
    503,
    Text(en="Nothing could be saved just now", es="No se pudo guardar nada ahora"),
    Text(
        en="The database takes no writes. Please start again in a minute, and tell whoever runs Chaperone if it stays "
        "so.",
        es="La base de datos no acepta cambios. Empiece de nuevo en un minuto y, si sigue así, avise a quien "
        "administra Chaperone.",
    ),
)
ORGANISATION = Page(
    400,
    Text(en="One workspace at a time", es="Un espacio de trabajo cada vez"),
    Text(
        en="Chaperone cannot be let into a whole organisation at once. Start again, and choose a single workspace at "
        "the top right of Slack's page.",
        es="Chaperone no puede entrar en toda una organización a la vez. Empiece de nuevo y elija un solo espacio "
        "arriba a la derecha en la página de Slack.",
    ),
)
NOT_LISTED = Page(
    403,
    Text(en="{team} is not on the list", es="{team} no está en la lista"),
    Text(
        en="Only workspaces that the district named may let this Chaperone in, so its token was given back. If {team} "
        "is the district's, whoever runs Chaperone adds {id} to CHAPERONE_SLACK_TEAMS and starts it again.",
        es="Solo pueden instalar este Chaperone los espacios que el distrito nombró, así que se devolvió su token. Si "
        "{team} es del distrito, quien administra Chaperone añade {id} a CHAPERONE_SLACK_TEAMS y lo inicia de nuevo.",
    ),
)


def shown(page: Page, link: str = "", /, **values: str) -> web.Response:
    """The page in both languages, with a link where there is one to follow."""
    label = GO if page is INSTALL else AGAIN
    parts = [(lang.value, page.title(lang, **values), page.words(lang, **values), label(lang)) for lang in Lang]
    text = _template().render(parts=parts, link=link)
    return web.Response(status=page.status, text=text, content_type="text/html", headers=SECURITY)


@cache
def _template() -> Template:
    loader = PackageLoader("adapters.slack", ".")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("install.html")
