"""All commands of ``zvh`` together, and the guard that keeps stack traces from people."""

from importlib.metadata import version
from typing import Annotated

import typer

from services.cli import cases, kafka, ledger, traffic, working
from services.cli.output import guarded

app = typer.Typer(
    name="zvh",
    help="Het logboek waaraan een Zorg- en Veiligheidshuis te houden is.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cases.app, name="case")
app.add_typer(ledger.app, name="ledger")
app.add_typer(kafka.app, name="infra")
for command in (
    working.demo,
    working.serve,
    working.worker,
    traffic.simulate,
    traffic.ingest,
    cases.disclose,
    ledger.replay,
):
    app.command()(command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zvh {version('zvh')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Toon de versie.")] = False,
) -> None:
    """Het logboek waaraan een Zorg- en Veiligheidshuis te houden is.

    De instantie komt uit ZVH_-omgevingsvariabelen; ZVH_EMBEDDED=MAP kiest een eigen instantie op deze machine.
    """


def main() -> None:
    """Start the program."""
    guarded(app)
