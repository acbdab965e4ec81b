"""The topics for whoever joins them: AsyncAPI 3, with the shape of every message that a partner may send."""

import json
from typing import Any

from faststream.specification import AsyncAPI
from pydantic import TypeAdapter

from infra.kafka_client import KafkaAccess
from infra.projection_consumer import subscribe_projections
from services import answers, notices
from services.bootstrap.house import House
from services.bootstrap.workers import intake_of
from services.channels import REJECTED, feed_topic, intake_topic
from services.submission import SHAPES

EXAMPLE = "kafka.example.org:9093"
"""Stands for the address of Kafka, which the house tells its partners itself."""
FACTS, CHECKPOINTS = "zvh.events", "zvh.checkpoints"
_SCHEMAS = "#/components/schemas/{model}"
_STRUCTURED = "application/cloudevents+json"
_FEED_TYPES = (*answers.TYPES, *(f"nl.zvh.feed.{name}.v1" for name in notices.SAYS))


def asyncapi(house: House) -> str:
    """Return the AsyncAPI 3 document of every topic, as JSON: what FastStream knows of them, and what they hold."""
    broker = intake_of(house, KafkaAccess(EXAMPLE, security="PLAINTEXT"))
    subscribe_projections(broker, house.views)
    document: dict[str, Any] = json.loads(AsyncAPI(broker, title="zvh", version="1").to_specification().to_json())
    servers = [{"$ref": f"#/servers/{name}"} for name in document["servers"]]
    document["channels"], document["operations"], document["components"] = {}, {}, {"messages": {}, "schemas": {}}
    for type_name, shape in SHAPES.items():
        schema = TypeAdapter(shape).json_schema(ref_template=_SCHEMAS)
        document["components"]["schemas"] |= schema.pop("$defs", {})
        document["components"]["schemas"][shape.__name__] = schema
        _message(document, type_name, {"$ref": _SCHEMAS.format(model=shape.__name__)})
    for type_name in _FEED_TYPES:
        _message(document, type_name, {"type": "object"})
    _message(document, "fact", {"type": "object"}, of_one_type=False)
    document["components"]["messages"]["checkpoint"] = {
        "contentType": "text/plain",
        "payload": {"type": "string", "description": "A signed note (C2SP tlog-checkpoint)."},
    }
    document["components"]["messages"]["rejected"] = {
        "contentType": "application/json",
        "payload": {"type": "object", "description": "The sealed original and its problem document (RFC 9457)."},
    }
    for one in house.reference.participants(house.clock.now()):
        sends = f"What {one.code} alone may send: CloudEvents 1.0 in structured mode."
        _channel(document, servers, intake_topic(one.code), sends, "receive", tuple(SHAPES))
        hears = f"What {one.code} alone hears: answers, questions and notices; never content."
        _channel(document, servers, feed_topic(one.code), hears, "send", _FEED_TYPES)
    _channel(document, servers, REJECTED, "What could not be taken, sealed, for thirty days.", "send", ("rejected",))
    facts = "Every fact of the house, in canonical JSON, keyed by case. Values of people stand in it sealed."
    _channel(document, servers, FACTS, facts, "receive", ("fact",))
    _channel(document, servers, CHECKPOINTS, "The signed checkpoints of the log.", "send", ("checkpoint",))
    return json.dumps(document, ensure_ascii=False)


def _message(document: dict[str, Any], name: str, data: dict[str, object], *, of_one_type: bool = True) -> None:
    """Add a CloudEvent in structured mode, whose type is *name* when it is *of_one_type*."""
    attributes = {one: {"type": "string"} for one in ("id", "source", "type", "subject", "time", "datacontenttype")}
    payload: dict[str, Any] = {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {"specversion": {"const": "1.0"}, **attributes, "data": data},
    }
    if of_one_type:
        payload["properties"]["type"] = {"const": name}
    document["components"]["messages"][name] = {"name": name, "contentType": _STRUCTURED, "payload": payload}


def _channel(
    document: dict[str, Any],
    servers: list[dict[str, str]],
    topic: str,
    description: str,
    action: str,
    messages: tuple[str, ...],
) -> None:
    """Add a topic; *action* is what the house does there, as AsyncAPI 3 reads it."""
    document["channels"][topic] = {
        "address": topic,
        "description": description,
        "servers": servers,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.4.0"}},
    }
    document["operations"][f"{action}:{topic}"] = {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic}"},
        "messages": [{"$ref": f"#/channels/{topic}/messages/{name}"} for name in messages],
    }
