"""How a bench tells what it measured: a table with medians, ratios and the machine, or one JSON document."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One thing that was measured."""

    name: str
    unit: str
    samples: tuple[float, ...]
    baseline: str | None = None
    """Name of the line that this one is compared with."""
    aim: str | None = None
    """What was promised, for example ``>= 70``."""

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return statistics.median(self.samples)


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - no path of ours
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def report(title: str, lines: Sequence[Line], facts: dict[str, object], *, as_json: bool) -> None:
    """Print the outcome of one bench.

    Args:
        facts: what else belongs to the outcome: sizes, versions, checks.
    """
    medians = {line.name: line.median for line in lines}
    ratios = {line.name: line.median / medians[line.baseline] for line in lines if line.baseline}
    if as_json:
        document = {
            "bench": title,
            "machine": machine(),
            **facts,
            "lines": [asdict(line) | {"median": line.median, "ratio": ratios.get(line.name)} for line in lines],
        }
        sys.stdout.write(json.dumps(document, indent=2, default=str) + "\n")
        return
    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left")
    for column in ("what", "median", "unit", "ratio", "to", "aim"):
        table.add_column(column, justify="right" if column in ("median", "ratio") else "left")
    for line in lines:
        ratio = f"{ratios[line.name]:.2f}" if line.name in ratios else ""
        table.add_row(line.name, f"{line.median:,.1f}", line.unit, ratio, line.baseline or "", line.aim or "")
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    console.print(table)
    for name, value in (facts | machine()).items():
        console.print(f"{name}: {value}")
