"""What a token says of whoever asks: a shape that stories and adapters share."""

from dataclasses import dataclass, field

from events.vocabulary import Oin, Task


@dataclass(frozen=True)
class Claims:
    """What the issuer vouches for: a person, at work for one organisation and one task."""

    sub: str = field(repr=False)
    """The organisation's own name for the person; never stored or logged, only turned into a pseudonym."""
    oin: Oin
    task: Task
    roles: tuple[str, ...]
    """Roles in the words of the issuer; they grant nothing here."""
