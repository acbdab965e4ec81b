"""Lines of the processing log as OpenTelemetry spans: to a receiver over OTLP/HTTP, or to a file in OTLP's JSON.

Sources: OTLP 1.x (protobuf over HTTP, JSON encoding, file exporter). Headers, certificates and time-outs of the
receiver are OpenTelemetry's own settings (``OTEL_EXPORTER_OTLP_*``).
"""

import json
import os
from base64 import b64decode
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import IO

import requests
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from events.errors import BadSetting, Corrupt, Unavailable
from events.vocabulary import Oin
from infra.settings import safe_url
from projections.standards.ldv import STATUS_OK, Line
from projections.standards.names import urn_of

NANOS = 1_000_000
"""Nanoseconds in a millisecond."""
LOG_INDEX = "dpl.zvh.log_index"
FOREIGN = "dpl.core.foreign_operation."
_IDS = ("traceId", "spanId", "parentSpanId")


class OtlpReceiver:
    """Fits ``services.processing_log.Sink``. A receiver of OTLP over HTTP.

    Args:
        endpoint: the whole address, for example ``https://collector.example.nl/v1/traces``.
    Raises: BadSetting when the address is no safe one.
    """

    def __init__(self, endpoint: str, house_oin: Oin) -> None:
        if not safe_url(endpoint):
            raise BadSetting(
                "Het adres van de ontvanger is niet veilig. Gebruik https://, of http:// alleen op deze machine zelf."
            )
        self._resource = _resource(house_oin)
        self._answers: list[requests.Response] = []
        session = requests.Session()
        session.hooks["response"].append(self._keep)
        self._exporter = OTLPSpanExporter(endpoint, session=session)

    def reached(self) -> int:
        """See the port: a receiver does not tell."""
        return -1

    def send(self, lines: Sequence[Line]) -> None:
        """See the port."""
        self._answers.clear()
        sent = self._exporter.export([_span(line, self._resource) for line in lines])
        if sent is not SpanExportResult.SUCCESS or not self._answers:
            raise Unavailable("De ontvanger van logregels antwoordt niet. Controleer het adres en de ontvanger.")
        self._confirm(self._answers[-1], len(lines))

    def close(self) -> None:
        """Give back the connection."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # theirs

    def _keep(self, answer: requests.Response, *_: object, **__: object) -> None:
        self._answers.append(answer)

    def _confirm(self, answer: requests.Response, lines: int) -> None:
        """Make sure of what the library takes on trust: a redirect, or a part that was refused, is no confirmation."""
        if answer.status_code != requests.codes.ok:
            raise Unavailable(f"De ontvanger van logregels bevestigde niets (HTTP {answer.status_code}).")
        try:
            told = ExportTraceServiceResponse.FromString(answer.content)
        except DecodeError:
            raise Unavailable("De ontvanger van logregels gaf een antwoord dat geen OTLP is.") from None
        if told.partial_success.rejected_spans:
            raise Unavailable(
                f"De ontvanger weigerde {told.partial_success.rejected_spans} van {lines} logregels. Zoek bij de "
                "ontvanger uit waarom; tot dan gaat er niets verder."
            )


class OtlpFile:
    """Fits ``services.processing_log.Sink``. A file of JSON lines, each a whole batch; only ever appended to."""

    def __init__(self, path: Path, house_oin: Oin) -> None:
        self._resource = _resource(house_oin)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._file: IO[bytes] = os.fdopen(descriptor, "r+b")
        self._reached = self._last()

    def reached(self) -> int:
        """See the port."""
        return self._reached

    def send(self, lines: Sequence[Line]) -> None:
        """See the port."""
        batch = MessageToDict(encode_spans([_span(one, self._resource) for one in lines]), use_integers_for_enums=True)
        _hex_ids(batch)
        try:
            self._file.write(json.dumps(batch, separators=(",", ":")).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise Unavailable(f"Het bestand met logregels kan niet worden geschreven ({error.strerror}).") from None
        self._reached = max(int(str(one.attributes[LOG_INDEX])) for one in lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _last(self) -> int:
        """Return the log index of the last line, after cutting off a line that a crash left half written."""
        end, whole = 0, b""
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            end, whole = end + len(line), line
        self._file.truncate(end)
        self._file.seek(end)
        if not whole:
            return -1
        try:
            batch = json.loads(whole)
            spans = [s for r in batch["resourceSpans"] for scope in r["scopeSpans"] for s in scope["spans"]]
            found = [a["value"]["intValue"] for s in spans for a in s["attributes"] if a["key"] == LOG_INDEX]
            return max(int(one) for one in found)
        except (ValueError, KeyError, TypeError):
            raise Corrupt("Het bestand houdt geen logregels van dit huis. Kies een ander bestand.") from None


def _resource(house_oin: Oin) -> Resource:
    # Not Resource.create: that would add what it finds in the environment and of this machine.
    return Resource({"service.name": "zvh", "service.version": version("zvh"), "zvh.house": urn_of(house_oin)})


def _span(line: Line, resource: Resource) -> ReadableSpan:
    foreign = line.foreign_operation
    told = (
        {}
        if foreign is None
        else {
            f"{FOREIGN}trace_id": foreign.trace_id,
            f"{FOREIGN}span_id": foreign.span_id,
            f"{FOREIGN}entity": foreign.entity,
        }
    )
    return ReadableSpan(
        name=line.name,
        context=_context(line.trace_id, line.span_id),
        parent=_context(line.trace_id, line.parent_span_id) if line.parent_span_id else None,
        resource=resource,
        attributes={**line.attributes, **told},
        kind=SpanKind.INTERNAL,
        status=Status(StatusCode.OK if line.status_code == STATUS_OK else StatusCode.ERROR),
        start_time=line.start_time * NANOS,
        end_time=line.end_time * NANOS,
        instrumentation_scope=InstrumentationScope("zvh.ldv"),
    )


def _context(trace_id: str, span_id: str) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _hex_ids(part: object) -> None:
    """Write ids in hex, as OTLP's JSON asks, where protobuf's own JSON has base64."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in _IDS:
                part[key] = b64decode(value).hex()
            else:
                _hex_ids(value)
    elif isinstance(part, list):
        for one in part:
            _hex_ids(one)
