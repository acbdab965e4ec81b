"""All commands of ``zvh`` together, and the guard that keeps stack traces from people."""

from importlib.metadata import version
from typing import Annotated

import typer

from services.bootstrap import keep_memory_private
from services.cli import (
    audit,
    cases,
    doctor,
    kafka,
    keeping,
    keys,
    ledger,
    log,
    oversight,
    policy,
    report,
    rights,
    standards,
    subject,
    traffic,
    usage,
    work,
    working,
)
from services.cli.output import guarded

app = typer.Typer(
    name="zvh",
    help="Het logboek waaraan een Zorg- en Veiligheidshuis te houden is.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
cases.app.command("export")(standards.export_case)
ledger.app.command("fhir")(standards.fhir)
app.add_typer(cases.app, name="case")
app.add_typer(work.app, name="work")
app.add_typer(ledger.app, name="ledger")
app.add_typer(kafka.app, name="infra")
app.add_typer(log.app, name="log")
app.add_typer(policy.app, name="policy")
rights.add_to(subject.app)
app.add_typer(subject.app, name="subject")
app.add_typer(keys.app, name="keys")
audit.app.command("fsck")(doctor.fsck)
app.add_typer(audit.app, name="audit")
app.add_typer(report.app, name="report")
app.add_typer(oversight.app, name="oversight")
app.add_typer(keeping.retention, name="retention")
app.add_typer(keeping.governance, name="governance")
for command in (
    working.demo,
    working.serve,
    working.worker,
    traffic.simulate,
    traffic.ingest,
    cases.disclose,
    ledger.replay,
    keeping.token,
    doctor.doctor,
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
    keep_memory_private()
    guarded(lambda: usage.run(app))
