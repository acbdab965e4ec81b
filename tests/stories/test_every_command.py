"""Every command of the workflow has a story: a test file for its module that names it."""

from pathlib import Path

import pytest

from services.workflow.commands import COMMANDS

STORIES = Path(__file__).parent


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_its_story(name: str) -> None:
    """The file of the module's name tells of it, with a decision that is taken and one that is refused."""
    module = COMMANDS[name].__module__.rsplit(".", 1)[-1]
    text = (STORIES / f"test_{module}.py").read_text(encoding="utf-8")
    assert f"{name}(" in text
    assert "decided(" in text
    assert "refused(" in text
