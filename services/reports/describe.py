"""The reports and their figures as documentation, so that it cannot say anything else than the definitions."""

from services.reports.catalogue import REPORTS
from services.reports.model import Count, Figure, Shown, Spread


def described() -> str:
    """Return the page in Markdown: each report with its version, and each figure with its definition."""
    parts = []
    for one in REPORTS.values():
        lines = [
            f"### {one.title}",
            "",
            f"`zvh report {one.name}` · `{one.id}`. {one.readers}",
            "",
            "| figuur | naam | definitie | uitsplitsingen |",
            "|---|---|---|---|",
            *(f"| `{figure.id}` | {figure.label} | {figure.says} | {_parts(figure)} |" for figure in one.figures),
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _parts(figure: Figure) -> str:
    if isinstance(figure, Count):
        shown = [by for by in figure.by if not isinstance(figure, Shown) or by.facet in figure.shown]
        return ", ".join(f"`{by.facet}`" for by in shown)
    if isinstance(figure, Spread):
        return f"`{figure.column.name}`, in dagen"
    return "rijen"
