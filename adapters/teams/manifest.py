"""The app package that Teams takes: the rights of `rights.py`, the commands, a message's menu, and the icons."""

import io
import json
import re
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from adapters.teams import icons
from adapters.teams.menus import CHECK_MESSAGE, CHECK_TITLE, REPORT_MESSAGE, REPORT_TITLE
from adapters.teams.rights import OF_A_GROUP_CHAT, OF_A_TEAM, OF_AN_ADMINISTRATOR, TO_BLOCK, Right
from bot.command import commands
from bot.errors import ChaperoneError
from policy.words import Lang, Text

Json: TypeAlias = dict[str, Any]

VERSION = "1.29"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
IN_CHANNELS = (
    "help", "register", "rules", "rule", "check", "ask", "report", "status", "channel", "checks", "coverage", "search",
)  # fmt: skip
"""The subcommands that Teams offers where one types in a channel; it takes twelve, and all work when typed."""
IN_CHAT = ("help", "rules", "check", "ask", "report", "status", "channel", "coverage", "digest", "quiet", "language")
SPANISH = "es.json"
_NAMESPACE = uuid.UUID("6f1f0f5e-6a4b-4c53-9a55-3f6f5b8f4f0e")
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

SHORT = Text(
    en="Reads sponsored channels against the district's own social-media policy",
    es="Lee los canales patrocinados según la política del distrito",
)
FULL = Text(
    en="Chaperone reads the channels that your district sponsors, compares each message with the district's own "
    "social-media policy, and privately tells the channel's owner and their supervisor what it found, under which "
    "clause, and what can be done. It flags and explains; people decide. It runs on the district's own server, and "
    "keeps no words of a message in which it found nothing.",
    es="Chaperone lee los canales que su distrito patrocina, compara cada mensaje con la política del propio "
    "distrito y avisa en privado al responsable del canal y a su supervisor de lo que encontró, según qué cláusula y "
    "qué se puede hacer. Señala y explica; deciden las personas. Funciona en el servidor del distrito y no guarda "
    "palabras de los mensajes en los que no encontró nada.",
)
HOME = Text(en="What needs you, your channels, the rules", es="Lo que espera su decisión, sus canales, las reglas")
HOME_WORD = Text(en="home", es="inicio")
CHECK_WHAT = Text(
    en="What the policy says of this message. Only you see it.",
    es="Qué dice la política de este mensaje. Solo lo ve usted.",
)
REPORT_WHAT = Text(
    en="Owner and supervisor look at it; its author is not told.",
    es="Lo miran el responsable y el supervisor; quien lo escribió no lo sabrá.",
)


class BadPackage(ChaperoneError):
    """The app package cannot be written with these values. Give --app-id the application (client) id of the
    registration, and --site the district's website with https."""


def package(*, app_id: str, site: str, version: str, group_chats: bool = False) -> bytes:
    """The zip to upload to Teams. `site` is the district's website, which Teams shows as that of the app's makers.
    The same values give the same bytes. Raises BadPackage."""
    files: dict[str, str | bytes] = {
        "manifest.json": as_json(manifest(app_id=app_id, site=site, version=version, group_chats=group_chats)),
        SPANISH: as_json(in_spanish()),
        "color.png": icons.colour(),
        "outline.png": icons.outline(),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def manifest(*, app_id: str, site: str, version: str, group_chats: bool = False) -> Json:
    """The manifest. Raises BadPackage."""
    bot, home = _guid(app_id), _website(site)
    rights = [*OF_A_TEAM, *(OF_A_GROUP_CHAT if group_chats else ())]
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        # The same for each package of one registration, so that a new one takes the place of the old.
        "id": str(uuid.uuid5(_NAMESPACE, bot)),
        "developer": {"name": "Chaperone", "websiteUrl": home, "privacyUrl": home, "termsOfUseUrl": home},
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [{"languageTag": "es", "file": SPANISH}],
        },
        "name": {"short": "Chaperone", "full": "Chaperone for sponsored school channels"},
        "description": {"short": SHORT.en, "full": FULL.en},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": icons.ACCENT,
        "bots": [
            {
                "botId": bot,
                "scopes": ["team", "personal", *(["groupChat"] if group_chats else [])],
                "supportsFiles": False,
                "isNotificationOnly": False,
                "supportsTargetedMessages": True,
                "commandLists": _command_lists(Lang.EN, group_chats=group_chats),
            }
        ],
        "composeExtensions": [{"botId": bot, "commands": _entries(Lang.EN)}],
        "staticTabs": [{"entityId": entity, "scopes": ["personal"]} for entity in ("conversations", "about")],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot"},
        "supportsChannelFeatures": "tier1",
        "webApplicationInfo": {"id": bot, "resource": f"api://botid-{bot}"},
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": right.name, "type": "Application"} for right in rights]}
        },
    }


def in_spanish() -> Json:
    """What of the manifest is said otherwise in Spanish, by where it stands."""
    said: Json = {
        "$schema": SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema"),
        "name.short": "Chaperone",
        "name.full": "Chaperone para los canales patrocinados",
        "description.short": SHORT.es,
        "description.full": FULL.es,
    }
    for number, listed in enumerate(_command_lists(Lang.ES, group_chats=False)):
        said |= _placed(f"bots[0].commandLists[{number}]", listed["commands"])
    return said | _placed("composeExtensions[0]", _entries(Lang.ES))


def reasons(*, blocking: bool = False) -> tuple[tuple[str, str, str], ...]:
    """Who consents, permission and reason of all that is asked for; `blocking` adds what that needs."""
    of_an_administrator = (*OF_AN_ADMINISTRATOR, *(TO_BLOCK if blocking else ()))
    asked = (("team owner", OF_A_TEAM), ("group chat", OF_A_GROUP_CHAT), ("administrator", of_an_administrator))
    return tuple((who, right.name, _with_loss(right)) for who, rights in asked for right in rights)


def as_json(made: Mapping[str, Any]) -> str:
    """The manifest as it stands in the package."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _command_lists(lang: Lang, *, group_chats: bool) -> list[Json]:
    in_channels = ["team", *(["groupChat"] if group_chats else [])]
    home = {"title": HOME_WORD(lang), "description": HOME(lang)}
    return [
        {"scopes": in_channels, "triggers": ["mention", "slash"], "commands": [_listed(n, lang) for n in IN_CHANNELS]},
        {"scopes": ["personal"], "commands": [home, *(_listed(name, lang) for name in IN_CHAT)]},
    ]


def _listed(name: str, lang: Lang) -> Json:
    command = commands()[name]
    return {
        "title": command.aliases[0] if lang is Lang.ES else command.name,
        "description": command.summary(lang),
    }


def _entries(lang: Lang) -> list[Json]:
    asked = ((CHECK_MESSAGE, CHECK_TITLE, CHECK_WHAT), (REPORT_MESSAGE, REPORT_TITLE, REPORT_WHAT))
    return [
        {
            "id": id_,
            "type": "action",
            "context": ["message"],
            "title": title(lang),
            "description": what(lang),
            "fetchTask": True,
        }
        for id_, title, what in asked
    ]


def _placed(where: str, listed: list[Json]) -> Json:
    return {
        f"{where}.commands[{number}].{name}": each[name]
        for number, each in enumerate(listed)
        for name in ("title", "description")
    }


def _with_loss(right: Right) -> str:
    return f"{right.why}; without it {right.without}" if right.without else right.why


def _guid(app_id: str) -> str:
    found = app_id.strip().lower()
    if not _GUID.fullmatch(found):
        raise BadPackage(
            f"{app_id!r} is no application id. It looks like 00000000-0000-0000-0000-000000000000 and stands on the "
            "registration's overview page; give it as --app-id, or set MicrosoftAppId."
        )
    return found


def _website(site: str) -> str:
    try:
        parts = urlsplit(site.strip())
        is_right = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        is_right = False
    if not is_right:
        raise BadPackage(f"{site!r} is no website. Give --site https://www.district.example.org (yours).")
    return site.strip()
