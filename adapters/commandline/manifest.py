"""`chaperone manifest`: what a platform has to be told to make the app, with the reason for each right."""

from importlib.metadata import version
from pathlib import Path

import click

from adapters.settings import load_settings
from adapters.slack import manifest as of_slack
from adapters.teams import manifest as of_teams

NEITHER = (
    "Say how Slack reaches Chaperone: --url https://chaperone.example.org where Slack can call this server, or "
    "--socket where only this server can call Slack."
)


@click.group()
def manifest() -> None:
    """What makes the app on a platform: the rights that Chaperone asks for, each with its reason."""


@manifest.command()
@click.option("--url", default="", metavar="URL", help="Where Slack reaches this server: https://chaperone.example.org")
@click.option("--socket", is_flag=True, help="Socket Mode: this server calls Slack, and need not be reachable.")
@click.option(
    "--oauth", is_flag=True, help="For several workspaces, each of which installs Chaperone itself; with --url."
)
@click.option("--removal", is_flag=True, help="Also the right of an administrator's token to remove messages.")
@click.option("--json", "is_json", is_flag=True, help="JSON; else YAML, with each reason beside its right.")
@click.option("--explain", is_flag=True, help="A table of what is asked for and why, instead of the manifest.")
def slack(*, url: str, socket: bool, oauth: bool, removal: bool, is_json: bool, explain: bool) -> None:
    """Writes Slack's app manifest. Paste it at api.slack.com/apps: Create New App, From a manifest."""
    if explain:
        for kind, name, why in of_slack.reasons():
            click.echo(f"{kind:<17} {name:<24} {why}")
        return
    if not (url or socket):
        raise click.UsageError(NEITHER)
    if oauth and not url:
        raise click.UsageError(
            "--oauth needs --url: there Slack sends people back after they have installed Chaperone."
        )
    made = of_slack.manifest(url=url, socket=socket, oauth=oauth, removal=removal)
    click.echo(of_slack.as_json(made) if is_json else of_slack.as_yaml(made), nl=False)


@manifest.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("chaperone.zip"),
    show_default=True,
    help="The package to write.",
)
@click.option("--app-id", default="", metavar="ID", help="The registration's application id; else MicrosoftAppId.")
@click.option("--site", default="", metavar="URL", help="The district's website; else that of its staff's addresses.")
@click.option(
    "--version",
    "number",
    default="",
    metavar="N.N.N",
    help="A higher number than the last package's; else Chaperone's.",
)
@click.option("--group-chats", is_flag=True, help="Also what group chats need, where the district sponsors any.")
@click.option("--json", "is_json", is_flag=True, help="Print the manifest alone, and write nothing.")
@click.option("--explain", is_flag=True, help="A table of what is asked for and why, instead of the package.")
def teams(*, out: Path, app_id: str, site: str, number: str, group_chats: bool, is_json: bool, explain: bool) -> None:
    """Writes the app package of Microsoft Teams. Upload it in the Teams admin center: Manage apps, Upload new app."""
    if explain:
        for who, name, why in of_teams.reasons(blocking=load_settings().teams_blocking):
            click.echo(f"{who:<14} {name:<41} {why}")
        return
    settings = load_settings()
    given = {
        "app_id": app_id or settings.microsoft_app_id,
        "site": site or next((f"https://{domain}" for domain in sorted(settings.domains.staff)), ""),
        "version": number or version("chaperone"),
    }
    if not given["app_id"] or not given["site"]:
        raise click.UsageError(
            "Give --app-id (or set MicrosoftAppId) and --site https://www.district.example.org (yours); Teams shows it."
        )
    if is_json:
        click.echo(of_teams.as_json(of_teams.manifest(**given, group_chats=group_chats)), nl=False)
        return
    out.write_bytes(of_teams.package(**given, group_chats=group_chats))
    click.echo(f"{out} is written. Upload it in the Teams admin center: Manage apps, Upload new app.")
