"""The packaged tables with one change, to see what a change does."""

from collections.abc import Callable
from importlib import resources

from policies.reference import FILES, Reference


def tables() -> dict[str, str]:
    folder = resources.files("policies.reference_data")
    return {name: folder.joinpath(f"{name}.toml").read_text(encoding="utf-8") for name in FILES}


def changed(name: str, change: Callable[[str], str]) -> Reference:
    texts = tables()
    before = texts[name]
    texts[name] = change(before)
    assert texts[name] != before
    return Reference.read(texts.values())
