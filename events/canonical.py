"""The exact bytes of a fact: a CloudEvent in structured mode as canonical JSON (RFC 8785).

Written once. The same bytes are the stored state in PostgreSQL, the value on Kafka and the leaf of the log;
nothing re-encodes them, so any two of the three can be compared byte by byte.
"""

import json

from pydantic import ValidationError

from events.canonical_json import canonical_json
from events.catalogue import BY_TYPE
from events.errors import Corrupt
from events.fact import Envelope, Fact, Recorded
from events.upcasts import upcast

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


def source_of(house_oin: str) -> str:
    """Return the CloudEvents ``source`` of the house (NL GOV profile: a URN with the OIN)."""
    return f"urn:nld:oin:{house_oin}:systeem:zvh"


def encode(recorded: Recorded, house_oin: str) -> bytes:
    """Return the canonical bytes of *recorded*; the one place where a fact becomes bytes.

    Args:
        house_oin: OIN of the house that writes the fact, 20 digits.
    """
    envelope, fact = recorded.envelope, recorded.fact
    written = envelope.model_dump(mode="json")
    return canonical_json(
        {
            "specversion": "1.0",
            "id": written["id"],
            "source": source_of(house_oin),
            "type": fact.type_name,
            "subject": written["case_id"],
            "time": written["recorded_at"],
            "datacontenttype": "application/json",
            "dataschema": f"urn:nld:oin:{house_oin}:schema:{fact.type_name}",
            "correlationid": written["correlation_id"],
            "causationid": written["causation_id"],
            "onbehalfof": written["on_behalf_of"],
            "actor": written["actor"],
            "sequence": written["sequence"],
            "data": {"task": written["task"], **fact.model_dump(mode="json", exclude_none=True)},
        }
    )


def decode(value: bytes) -> Recorded:
    """Read the bytes of a fact, old shapes included.

    Raises: Corrupt when the bytes are no fact that we know; the text holds the fact's id and type, never its data.
    """
    try:
        event = json.loads(value)
        type_name, data = upcast(event["type"], event["data"])
        fields = dict(data)
        envelope = Envelope(
            id=event["id"],
            case_id=event["subject"],
            sequence=event["sequence"],
            recorded_at=event["time"],
            actor=event["actor"],
            on_behalf_of=event["onbehalfof"],
            task=str(fields.pop("task")),
            correlation_id=event["correlationid"],
            causation_id=event["causationid"],
        )
        fact: Fact = BY_TYPE[type_name].model_validate(fields)
    except ValidationError as error:
        # Pydantic's own text prints the values; ours names places only.
        places = ", ".join(".".join(str(step) for step in e["loc"]) or "(whole)" for e in error.errors())
        raise Corrupt(f"A stored fact does not have the shape of its type; wrong at: {places}.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise Corrupt(f"A stored value is no fact that this version knows ({type(error).__name__}).") from None
    return Recorded(envelope=envelope, fact=fact)
