"""Every setting: from the environment, else from the TOML file that `CHAPERONE_CONFIG` names, else its default."""

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from adapters.defaults import DEFAULT_PACK
from bot.core import Limits
from bot.errors import ChaperoneError
from bot.records.accounts import EmailDomains

CONFIG_VARIABLE = "CHAPERONE_CONFIG"


class BadSettings(ChaperoneError):
    """A setting cannot be used. The message names it, says what is wrong, and what it may be."""


def _named(variable: str, name: str) -> FieldInfo:
    """A setting whose variable in the environment others have named; `name` is for the TOML file."""
    return cast("FieldInfo", Field(validation_alias=AliasChoices(variable, name)))


class Settings(BaseSettings):
    """What an operator may set. `docs/settings.md` explains each; the names there and here are the same."""

    model_config = SettingsConfigDict(env_prefix="CHAPERONE_", extra="forbid", frozen=True, populate_by_name=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    state: Path = Path("state")
    database_url: Annotated[str, Field(validation_alias=AliasChoices("DATABASE_URL", "database_url"))] = ""
    redis_url: Annotated[str, Field(validation_alias=AliasChoices("REDIS_URL", "redis_url"))] = ""
    key: SecretStr | None = None
    pack: str = DEFAULT_PACK
    packs: Path | None = None
    staff_email: str = ""
    student_email: str = ""
    playground: bool = True
    log_level: str = "info"
    log_format: str = "auto"
    workers: Annotated[int, Field(ge=1, le=64)] = 8
    lease_seconds: Annotated[int, Field(ge=5, le=3600)] = 30
    attempts: Annotated[int, Field(ge=1, le=50)] = 8
    fold_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    context_minutes: Annotated[int, Field(ge=0, le=120)] = 15
    context_messages: Annotated[int, Field(ge=0, le=20)] = 6
    roster_keep_days: Annotated[int, Field(ge=0, le=3650)] = 90
    pictures: bool = True
    pictures_sensor: Annotated[str, Field(pattern=r"^(?:[\w.]+:\w+)?$")] = ""
    slack_bot_token: Annotated[SecretStr | None, _named("SLACK_BOT_TOKEN", "slack_bot_token")] = None
    slack_signing_secret: Annotated[SecretStr | None, _named("SLACK_SIGNING_SECRET", "slack_signing_secret")] = None
    slack_app_token: Annotated[SecretStr | None, _named("SLACK_APP_TOKEN", "slack_app_token")] = None
    slack_client_id: Annotated[str, _named("SLACK_CLIENT_ID", "slack_client_id")] = ""
    slack_client_secret: Annotated[SecretStr | None, _named("SLACK_CLIENT_SECRET", "slack_client_secret")] = None
    slack_admin_token: Annotated[SecretStr | None, _named("SLACK_ADMIN_TOKEN", "slack_admin_token")] = None
    slack_api_url: Annotated[str, _named("SLACK_API_URL", "slack_api_url")] = ""
    slack_apps: str = ""
    slack_teams: str = ""
    slack_alerts_channel: str = ""
    microsoft_app_id: Annotated[str, _named("MicrosoftAppId", "microsoft_app_id")] = ""
    microsoft_app_password: Annotated[SecretStr | None, _named("MicrosoftAppPassword", "microsoft_app_password")] = None
    microsoft_app_tenant_id: Annotated[str, _named("MicrosoftAppTenantId", "microsoft_app_tenant_id")] = ""
    microsoft_app_type: Annotated[
        Literal["SingleTenant", "UserAssignedMSI"], _named("MicrosoftAppType", "microsoft_app_type")
    ] = "SingleTenant"
    teams_certificate: Annotated[Path | None, _named("TEAMS_CERTIFICATE", "teams_certificate")] = None
    teams_cloud: Annotated[Literal["public", "gcc", "gcc-high", "dod"], _named("TEAMS_CLOUD", "teams_cloud")] = "public"
    teams_tenants: Annotated[str, _named("TEAMS_TENANTS", "teams_tenants")] = ""
    teams_service_hosts: Annotated[str, _named("TEAMS_SERVICE_HOSTS", "teams_service_hosts")] = ""
    teams_openid_metadata_url: Annotated[str, _named("TEAMS_OPENID_METADATA_URL", "teams_openid_metadata_url")] = ""
    teams_token_issuer: Annotated[str, _named("TEAMS_TOKEN_ISSUER", "teams_token_issuer")] = ""
    teams_token_url: Annotated[str, _named("TEAMS_TOKEN_URL", "teams_token_url")] = ""
    teams_graph: Annotated[bool, _named("TEAMS_GRAPH", "teams_graph")] = True
    teams_blocking: Annotated[bool, _named("TEAMS_BLOCKING", "teams_blocking")] = False
    teams_graph_url: Annotated[str, _named("TEAMS_GRAPH_URL", "teams_graph_url")] = ""
    teams_auth_disabled: Annotated[bool, _named("TEAMS_AUTH_DISABLED", "teams_auth_disabled")] = False

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value.lower() not in ("auto", "json", "text"):
            raise ValueError("must be auto, json or text")
        return value.lower()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgres://", "postgresql+asyncpg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis://, rediss:// or unix://")
        return value

    @field_validator("staff_email", "student_email")
    @classmethod
    def _known_domains(cls, value: str) -> str:
        if any("." not in word or " " in word for word in _words(value)):
            raise ValueError("must be e-mail domains with commas between, such as larkfield.example.org")
        return value

    @property
    def database(self) -> str:
        """Where the database is: the one set, else one SQLite file in the state folder."""
        return self.database_url or f"sqlite:///{(self.state / 'chaperone.db').absolute()}"

    @property
    def domains(self) -> EmailDomains:
        """The e-mail domains that the district gives to staff and to students."""
        return EmailDomains(staff=_words(self.staff_email), students=_words(self.student_email))

    @property
    def limits(self) -> Limits:
        """The times and counts that the core keeps to."""
        return Limits(
            lease=timedelta(seconds=self.lease_seconds),
            attempts=self.attempts,
            workers=self.workers,
            context_messages=self.context_messages,
            context_kept=timedelta(minutes=self.context_minutes),
            fold_within=timedelta(minutes=self.fold_minutes),
            roster_kept=timedelta(days=self.roster_keep_days),
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is handed in, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        file = os.environ.get(CONFIG_VARIABLE)
        toml = (TomlConfigSettingsSource(settings_cls, Path(file)),) if file else ()
        return (init_settings, env_settings, *toml)


def load_settings(**given: object) -> Settings:
    """All settings. Raises BadSettings with one line for each that cannot be used."""
    file = os.environ.get(CONFIG_VARIABLE)
    if file and not Path(file).is_file():
        raise BadSettings(f"{CONFIG_VARIABLE} names {file}, and there is no such file. Make it, or unset the variable.")
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{file} is not valid TOML: {error}. Mend that line.") from error
    except UnicodeDecodeError as error:
        raise BadSettings(f"{file} is not written in UTF-8. Save it anew in that encoding.") from error
    except OSError as error:
        raise BadSettings(f"{file} cannot be read: {error.strerror}. Mend its rights.") from error
    except ValidationError as error:
        raise BadSettings("\n".join(_line(problem) for problem in error.errors())) from error


def _words(given: str) -> frozenset[str]:
    return frozenset(word.strip(" @").lower() for word in given.split(",") if word.strip(" @"))


def _line(problem: ErrorDetails) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{name}: there is no such setting. docs/settings.md lists them all."
    variable = f"CHAPERONE_{name.upper()}" if name in Settings.model_fields else name
    return f"{variable}: {problem['msg'].removeprefix('Value error, ')}"
