"""Old shapes to today's shape: small pure steps that invent nothing. The stored bytes stay as they were.

A fact type ``….v1`` whose shape changes becomes ``….v2``; the step from the one to the other stands in ``STEPS``
under the old type name. No shape has changed yet, so there is no step yet.
"""

from collections.abc import Callable, Mapping

Step = Callable[[Mapping[str, object]], dict[str, object]]

STEPS: dict[str, tuple[str, Step]] = {}
"""Old type name -> (next type name, step on the ``data`` member)."""


def upcast(type_name: str, data: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
    """Return the newest type name and the data in that shape."""
    while (found := STEPS.get(type_name)) is not None:
        type_name, step = found
        data = step(data)
    return type_name, data
