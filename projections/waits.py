"""What must be remembered of a case to know what it waits for."""

import msgspec

from events.errors import Corrupt


class Asked(msgspec.Struct, gc=False, omit_defaults=True):
    """Something that was asked of organisations, and not closed yet."""

    due: str
    orgs: list[str]
    """Who has not answered."""
    planned_for: str | None = None


class Requested(msgspec.Struct, gc=False):
    """A question of one participant to a source, not answered yet."""

    due: str
    org: str
    """The source."""
    asker: tuple[str, str]
    """Organisation and task."""


class Todo(msgspec.Struct, gc=False):
    """An action or task of one organisation."""

    id: str
    org: str
    due: str
    """The end of its last day."""


class Proposal(msgspec.Struct, gc=False):
    """A version of the plan that lies before the owners of its actions."""

    about: str
    due: str
    unconfirmed: list[tuple[str, str]]
    """Organisation and task of the owners who have not agreed."""
    actions: list[Todo]


class RequestWaits(msgspec.Struct, gc=False, omit_defaults=True):
    """A request of a person."""

    due: str
    right: str = ""
    identified: bool = False
    parts: dict[str, bool] = {}
    """Controller -> whether it has decided, or has nothing to decide."""
    parts_due: str | None = None
    granted: list[str] = []
    """Controllers that granted something."""
    ended: bool = False
    destroy: str | None = None
    """When its words are due for destruction."""
    remedies: list[str] = []
    """What the person filed and has not ended."""
    to_carry: str | None = None
    """Since when its cases may lack something that it asks of them."""


class Waits(msgspec.Struct, gc=False, omit_defaults=True):
    """What is remembered of one case. Moments are RFC 3339 texts; lists keep the order of the facts."""

    last_index: int = -1
    """Log index of the last fact that was taken."""
    stage: str = ""
    referrer: str = ""
    signal: str | None = None
    supplement: str | None = None
    inform: str = ""
    """Whether the person was told: a status of the referral, or empty."""
    inform_by: str | None = None
    deferral: str | None = None
    checks: dict[str, Asked] = {}
    questions: dict[str, Asked] = {}
    consultations: dict[str, Asked] = {}
    proposal: Proposal | None = None
    actions: list[Todo] = []
    """Of the plan that runs."""
    tasks: dict[str, Todo] = {}
    """Agreed at a consultation."""
    requests: dict[str, Requested] = {}
    results: list[str] = []
    """Results that wait for advice."""
    done: list[str] = []
    """Actions and tasks that were last reported done."""
    escalation: tuple[str, str] | None = None
    """The open proposal and until when it may be answered."""
    deescalation: tuple[str, str] | None = None
    director: bool = False
    """Whether the case has a case director."""
    access: str | None = None
    """Until when the participants have access."""
    review: str | None = None
    close: str | None = None
    aftercare: str | None = None
    destroy: str | None = None
    holds: list[str] = []
    receipts: dict[str, tuple[str, str]] = {}
    """Disclosure -> the organisation that owes a receipt, and until when."""
    withholdings: dict[str, Todo] = {}
    """Decisions to keep something from the person: by whom, and until which review."""
    rights_request: "RequestWaits | None" = None
    """Of the request, when this is the stream of one."""
    told: dict[str, tuple[int | None, int | None]] = {}
    """Name of a term (``term``) -> index of the reminder and of the miss. The clock tells each once per due moment."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Waits)


def waits_text(waits: Waits) -> str:
    """Return the text in which *waits* is kept: JSON of codes, ids and moments, the same for the same facts."""
    return _encoder.encode(waits).decode()


def read_waits(text: str) -> Waits:
    """Return what was kept as *text*. Raises: Corrupt."""
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError:
        raise Corrupt("Wat van een zaak onthouden was, is onleesbaar. Herbouw met `zvh replay --swap`.") from None


def term(kind: str, about: str, org: str, due: str | None) -> str:
    """Return the name of one term."""
    return f"{kind} {about} {org} {due}"
