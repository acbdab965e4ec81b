"""What must be remembered of one case to count it: where it stood, for how long, what was agreed in it."""

import msgspec

from events.errors import Corrupt


class Standing(msgspec.Struct, gc=False, omit_defaults=True):
    """Where a case stands at a moment."""

    stage: str = ""
    room: str = ""
    place: str = ""
    """Code of the room, for example ``CHAMBER_NORTH``."""
    since: str = ""
    """When it came into this stage."""
    index: int = -1
    """Log index of the fact that brought it here."""


class Todo(msgspec.Struct, gc=False, omit_defaults=True):
    """An action or task that an organisation took on."""

    org: str
    due: str
    """Local date, ISO 8601."""
    index: int
    status: str = ""
    done: str = ""
    """Moment at which it was reported done."""


class Story(msgspec.Struct, gc=False, omit_defaults=True):
    """One case. Codes, ids and moments only; facts from after the period leave no trace in it."""

    channel: str = ""
    referrer: str = ""
    referred: str = ""
    """When it was referred."""
    accepted_before: bool = False
    home: str = ""
    """The local chamber it belongs to; of a case that came straight to the house, the house."""
    needed: list[str] = []
    """Domains that the panel found to be needed, at the last weighing."""
    at_start: Standing = msgspec.field(default_factory=Standing)
    """At the start of the period."""
    at_end: Standing = msgspec.field(default_factory=Standing)
    """At its end."""
    escalation: str = ""
    """When the open proposal was made."""
    ground: str = ""
    """Of the proposal to go back to a chamber."""
    aims: list[str] = []
    """Life domains of the plan that lies ready or runs."""
    proposed: dict[str, Todo] = {}
    actions: dict[str, Todo] = {}
    tasks: dict[str, Todo] = {}
    team: list[tuple[str, str, str]] = []
    """Organisation, task and until when, of who works on it."""
    team_index: int = -1
    extensions: int = 0
    lost: int = -1
    """Index of the weighing by which a criterion no longer held; -1 when all hold."""
    decisions: list[str] = []
    disclosures: list[str] = []
    """Ids of the decision records and of the disclosures so far, to pair them."""
    right: str = ""
    """Of a request of a person: which right is called on."""
    due: str = ""
    """Of a request: until when it is answered in time."""
    answered: bool = False
    extended: bool = False
    index: int = -1
    """Of a request: the fact by which it came in."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Story)


def pack(story: Story) -> bytes:
    """Return the bytes in which a story is put aside."""
    return _encoder.encode(story)


def unpack(value: bytes) -> Story:
    """Return a story that was put aside. Raises: Corrupt."""
    try:
        return _decoder.decode(value)
    except msgspec.DecodeError:
        raise Corrupt("Wat van een zaak opzij was gelegd, is onleesbaar. Maak het rapport opnieuw.") from None
