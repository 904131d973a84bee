"""`chaperone manifest`: what a platform has to be told to make the app, with the reason for each right."""

import click

from adapters.slack import manifest as of_slack

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
