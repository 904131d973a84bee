"""`chaperone doctor`: what is configured, what is missing, and what to do about it."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator

import click
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.commandline.lines import Line, Mark
from adapters.keys import master_key
from adapters.pictures.parts import command_for
from adapters.pictures.parts import missing as missing_parts
from adapters.pictures.sensor import sensor_named
from adapters.settings import CONFIG_VARIABLE, BadSettings, Settings, load_settings
from adapters.shelf import load_shelf
from adapters.storage import open_store
from adapters.wiring import LOOPBACK
from bot.errors import ChaperoneError
from bot.ports import Transaction
from bot.workers.health import dead_ends, health
from policy import PackError
from policy.loading import CasesFail
from policy.loading.model import load_model, missing
from policy.loading.problems import ModelError
from policy.verdict import PackId

LEAST_FREE_BYTES = 1 << 30


@click.command()
def doctor() -> None:
    """Says what is configured, what is missing and what to do. Exits with 1 where something must be mended."""
    is_well = asyncio.run(_examine())
    if not is_well:
        sys.exit(1)


async def _examine() -> bool:
    is_well = True
    async for line in _lines():
        click.echo(f"{line.mark} {line.seen}" + (f"\n     {line.todo}" if line.todo else ""))
        is_well = is_well and line.mark is not Mark.BAD
    return is_well


async def _lines() -> AsyncIterator[Line]:
    try:
        settings = load_settings()
    except BadSettings as error:
        yield Line(Mark.BAD, "settings", str(error))
        return
    file = os.environ.get(CONFIG_VARIABLE)
    yield Line(Mark.GOOD, f"settings: environment{f' and {file}' if file else ''}; docs/settings.md explains each")
    yield _packs(settings)
    yield _model()
    yield _pictures(settings)
    yield _key(settings)
    async for line in _database(settings):
        yield line
    yield await _redis(settings)
    yield _address(settings)
    from adapters.commandline.doctor_slack import slack_lines  # the other checks need not wait for Slack's libraries

    async for line in slack_lines(settings):
        yield line
    from adapters.commandline.doctor_teams import teams_lines  # nor for Microsoft's

    async for line in teams_lines(settings):
        yield line


def _packs(settings: Settings) -> Line:
    told: list[CasesFail] = []
    try:
        shelf = load_shelf(settings, tell=told.append)
    except (PackError, BadSettings) as error:
        return Line(Mark.BAD, "policy packs", str(error))
    except ModelError:
        return Line(Mark.LOOK, "policy packs: not tried, because that takes the trained model")
    found = shelf.get(PackId(settings.pack))
    if found is None:
        return Line(
            Mark.BAD, f"no policy pack {settings.pack!r}", "Set CHAPERONE_PACK to one that `chaperone packs` lists."
        )
    if told:
        return Line(Mark.LOOK, "policy packs: examples of your own packs do not hold", str(told[0]))
    return Line(
        Mark.GOOD, f"policy packs: {len(list(shelf))}, in use {found.id} ({found.policy}), {len(found.rules)} rules"
    )


def _model() -> Line:
    try:
        load_model()
    except ModelError as error:
        return Line(Mark.BAD, "trained model", str(error))
    lacking = " and ".join(missing())
    if lacking:
        todo = f"Install {lacking} (pip install {' '.join(missing())}), then start Chaperone again."
        return Line(Mark.LOOK, f"trained model: the small one alone, {lacking} cannot be imported", todo)
    return Line(Mark.GOOD, "trained model: whole")


def _pictures(settings: Settings) -> Line:
    if not settings.pictures:
        return Line(Mark.GOOD, "pictures: nobody looks at them (CHAPERONE_PICTURES is false)")
    if settings.pictures_sensor:
        try:
            sensor_named(settings.pictures_sensor)
        except Exception as error:  # noqa: BLE001 - an operator's own module may raise anything
            todo = "Mend CHAPERONE_PICTURES_SENSOR or unset it: until then no picture is looked at."
            return Line(Mark.BAD, f"pictures: {settings.pictures_sensor} ({type(error).__name__})", todo)
    lacking = missing_parts()
    if lacking:
        unseen = ", ".join(part.sees for part in lacking)
        todo = f"Where they matter: {command_for(lacking)} (docs/dependencies.md says under which licence)."
        return Line(Mark.LOOK, f"pictures: looked at, but not {unseen}", todo)
    return Line(Mark.GOOD, "pictures: looked at, HEIC and videos too")


def _key(settings: Settings) -> Line:
    file = settings.state / "chaperone.key"
    if settings.key is None and not file.exists():
        return Line(
            Mark.LOOK,
            "no master key yet",
            f"It is made at the first start in {file}. Then back it up, apart from the database.",
        )
    try:
        master_key(settings.key.get_secret_value() if settings.key else None, file)
    except ChaperoneError as error:
        return Line(Mark.BAD, "master key", str(error))
    if settings.key is None and file.stat().st_mode & 0o077:
        return Line(Mark.BAD, f"others can read {file}", f"chmod 600 {file}")
    return Line(Mark.GOOD, f"master key: {'CHAPERONE_KEY' if settings.key else file}")


async def _database(settings: Settings) -> AsyncIterator[Line]:
    kind = settings.database.partition(":")[0]
    try:
        store = await open_store(settings.database)
    except ChaperoneError as error:
        yield Line(Mark.BAD, f"database ({kind})", str(error))
        return
    try:
        await store.write(lambda tx: tx.now)
        yield Line(Mark.GOOD, f"database ({kind}): opens, takes writes")
        for line in await store.read(_figures):
            yield line
    except ChaperoneError as error:
        yield Line(Mark.BAD, f"database ({kind})", str(error))
    finally:
        await store.close()
    if (
        kind == "sqlite"
        and shutil.disk_usage(settings.state if settings.state.exists() else ".").free < LEAST_FREE_BYTES
    ):
        yield Line(Mark.BAD, "less than 1 GiB of disk is free", "Free some: when it is full, messages are refused.")


def _figures(tx: Transaction) -> list[Line]:
    now = health(tx)
    lines = [
        Line(
            Mark.GOOD, f"channels on the register: {len(tx.registry.channels())}, people: {len(tx.registry.people())}"
        ),
        Line(Mark.GOOD, f"waiting: {now.inbox.waiting} events, {now.outbox.waiting} alerts"),
    ]
    lines += [Line(Mark.BAD, fault, "See docs/runbook.md, under this name.") for fault in now.faults]
    for what, counts in (("events", now.inbox), ("alerts", now.outbox)):
        if counts.dead:
            lines.append(
                Line(Mark.LOOK, f"{counts.dead} {what} were given up", "People were told; docs/runbook.md says more.")
            )
    lines += [
        Line(
            Mark.BAD,
            f"#{name}: some findings would have nobody to go to",
            "Give the owner or supervisor someone above them.",
        )
        for name in dead_ends(tx)
    ]
    return lines


async def _redis(settings: Settings) -> Line:
    if not settings.redis_url:
        return Line(Mark.GOOD, "Redis: not configured, and one process needs none")
    redis = Redis.from_url(settings.redis_url, socket_connect_timeout=3)
    try:
        await redis.ping()
    except RedisError as error:
        return Line(
            Mark.LOOK,
            f"Redis does not answer ({type(error).__name__})",
            "Work goes on by polling; start Redis or unset REDIS_URL.",
        )
    finally:
        await redis.aclose()
    return Line(Mark.GOOD, "Redis: answers")


def _address(settings: Settings) -> Line:
    if settings.playground and settings.host not in LOOPBACK:
        todo = "It lets anybody be anybody. Set CHAPERONE_PLAYGROUND=false or CHAPERONE_HOST=127.0.0.1."
        return Line(Mark.BAD, f"the playground listens on {settings.host}", todo)
    return Line(Mark.GOOD, f"address: http://{settings.host}:{settings.port}")
