"""A stable text of a command, to tell a retried command from another one under the same number."""

import dataclasses
import json

from pydantic import BaseModel


def content_of(command: object) -> str:
    """Return the content of *command* as text, the same in every process.

    It holds what the command holds, personal data included: digest it under a key at once, and never keep it.
    """
    if dataclasses.is_dataclass(command) and not isinstance(command, type):
        fields = dataclasses.fields(command)
        return json.dumps({one.name: content_of(getattr(command, one.name)) for one in fields}, sort_keys=True)
    if isinstance(command, BaseModel):
        return command.model_dump_json()
    if isinstance(command, frozenset | set):
        return json.dumps(sorted(content_of(one) for one in command))
    if isinstance(command, tuple | list):
        return json.dumps([content_of(one) for one in command])
    return str(command)
