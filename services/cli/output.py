"""How the command line answers: one JSON document, or plain Dutch; errors as one sentence on stderr."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from events.errors import BadSetting, ZvhError

JsonFlag = Annotated[bool, typer.Option("--json", help="Geef één JSON-document op stdout.")]

STOPPED = 128 + signal.SIGTERM
"""Exit code of a command that was asked to stop."""
WIDE = 160
"""Columns where nobody looks at a terminal, so that no id is broken over two lines."""
# What partners and people wrote is shown as it is: brackets and colons are no orders to the terminal.
console = Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else WIDE)


def emit(as_json: bool, document: object, say: Callable[[], None]) -> None:
    """Print *document* as JSON, or let *say* tell it to a person."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")
    else:
        say()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table below its title; the title is a line of its own, so that a narrow table does not break it."""
    listed = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    console.print(title if listed else f"{title}: niets", style="bold")
    if not listed:
        return
    grid = Table(header_style="bold", pad_edge=False, box=SIMPLE_HEAD)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in listed:
        grid.add_row(*row)
    console.print(grid)


def fail(sentence: str, code: int) -> NoReturn:
    """Tell what is wrong in one sentence and stop."""
    sys.stderr.write(sentence.rstrip() + "\n")
    raise SystemExit(code)


def writable(path: Path | None) -> Path | None:
    """Return the file to write to, told before anything is done or recorded. Raises: typer.BadParameter."""
    if path is None:
        return None
    if path.is_dir():
        raise typer.BadParameter(f"{path} is een map; noem een bestand")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"de map {path.parent} bestaat niet")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise typer.BadParameter(f"{path} mag u niet schrijven")
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, also when it stood there with other rights. Raises: OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def guarded(run: Callable[[], None]) -> None:
    """Run the program so that nobody ever sees a stack trace. Exit codes: 1 refused or failed, 2 wrong usage."""
    # A stop from outside ends in the same orderly way as any other end: what was started here is stopped here.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    try:
        run()
    except BadSetting as error:
        fail(str(error), 2)
    except ZvhError as error:
        fail(str(error), 1)
    except KeyboardInterrupt:
        fail("Gestopt op uw verzoek.", 130)
    except BrokenPipeError:
        # The reader of our output has gone (for example `| head`); nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except Exception as error:  # the last net: a person never sees a stack trace
        if os.environ.get("ZVH_LOG_LEVEL") == "DEBUG":
            raise
        fail(
            f"Er ging iets mis dat wij niet hadden voorzien ({type(error).__name__}). Er is niets half gedaan. "
            "Start opnieuw met ZVH_LOG_LEVEL=DEBUG voor de details en meld het aan de beheerder.",
            1,
        )


@contextmanager
def progress(label: str, total: int, quiet: bool = False) -> Iterator[Callable[[], None]]:
    """Show progress: a bar on a terminal, a line per 10 % elsewhere; nothing when *quiet*. Yields "one more done"."""
    if quiet:
        yield lambda: None
    elif sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda: bar.advance(task)
    else:
        done = 0

        def one_more() -> None:
            nonlocal done
            done += 1
            if total and done * 10 // total > (done - 1) * 10 // total:
                sys.stderr.write(f"{label}: {done * 10 // total * 10} %\n")

        yield one_more
