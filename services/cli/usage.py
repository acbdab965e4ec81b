"""What is wrong with how the program was called: one Dutch sentence, and where to read how it should be."""

import re
from typing import Any

import typer
from typer.exceptions import TyperException

_OURS = (
    (r"Input should be a valid UUID.*", "dit is geen nummer als 01234567-89ab-4cde-8f01-23456789abcd"),
    (r"Input should be a valid (?:integer|number).*", "dit is geen getal"),
    (r"Input should be greater than or equal to (.*)", r"het moet minstens \1 zijn"),
    (r"Input should be less than or equal to (.*)", r"het mag hoogstens \1 zijn"),
    (r"(?:Value error, )?(.*) is not one of (.*)\.", r"\1 is er niet; kies uit \2"),
    (r"(?:Value error, )?(.*) does not match the formats .*", r"\1 is geen dag of moment; schrijf 2026-03-02"),
    (r"Input should be a valid date.*", "dit is geen dag of moment; schrijf 2026-03-02"),
    (r"\w+ '(.*)' does not exist\.", r"\1 bestaat niet"),
    (r"\w+ '(.*)' is a directory\.", r"\1 is een map"),
    (r"\w+ '(.*)' is not readable\.", r"\1 mag u niet lezen"),
    (r"'(.*)': No such file or directory", r"\1 bestaat niet"),
    (r"'(.*)': Is a directory", r"\1 is een map"),
    (r"'(.*)': Permission denied", r"\1 mag u niet openen"),
    (r"No such command (.*)\.", r"de opdracht \1 is er niet"),
    (r"Missing command\.", "er ontbreekt een opdracht"),
    (r"Got unexpected extra argument\(s\) \((.*)\)", r"dit hoort hier niet: \1"),
    (r"No such option: (\S+).*", r"de keuze \1 is er niet"),
    (r"Option (.*) requires an argument\.", r"achter \1 ontbreekt de waarde"),
    (r"Option (.*) does not take a value\.", r"achter \1 hoort geen waarde"),
)
"""What the library says about values and words, and how we say it. What is not here was Dutch already."""


def run(app: typer.Typer) -> None:
    """Run the program; wrong usage is one sentence on stderr and exit code 2. Raises: SystemExit."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except TyperException as error:
        typer.echo(_sentence(error), err=True)
        raise SystemExit(2) from None
    raise SystemExit(code if isinstance(code, int) else 0)


def _sentence(error: TyperException) -> str:
    context: Any = getattr(error, "ctx", None)
    if context is not None and error.message == context.get_help():
        return error.message  # a group of commands without a command: its help is the best answer
    command = context.command_path if context is not None else "zvh"
    said = _what(error)
    return f"Verkeerd gebruik: {said}{'' if said.endswith('.') else '.'} Zie `{command} --help`."


def _what(error: TyperException) -> str:
    parameter: Any = getattr(error, "param", None)
    name = parameter.get_error_hint().replace("'", "") if parameter is not None else ""
    if hasattr(error, "param_type"):
        return f"{name} ontbreekt"
    said = in_dutch(error.message)
    return f"{name}: {said}" if name else said


def in_dutch(said: str) -> str:
    """Return what the library says in our own words."""
    for english, ours in _OURS:
        found = re.fullmatch(english, said, re.DOTALL)
        if found is not None:
            return found.expand(ours)
    return said
