"""A receiver of OTLP over HTTP: reads what comes with OpenTelemetry's own protobuf classes, and may misbehave."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class OtlpServer:
    """Serves on a free port of this machine until the block ends."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        """Every confirmed body, as it came."""
        self.status = 200
        self.rejects = 0
        """How many spans it says that it rejects; then it keeps none."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.endpoint = f"http://127.0.0.1:{self._http.server_port}/v1/traces"

    def __enter__(self) -> "OtlpServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Take one request."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        ExportTraceServiceRequest.FromString(body)
        told = ExportTraceServiceResponse()
        if self.rejects:
            told = ExportTraceServiceResponse(partial_success=ExportTracePartialSuccess(rejected_spans=self.rejects))
        elif self.status == 200:
            self.bodies.append(body)
        raw = told.SerializeToString()
        request.send_response(self.status)
        request.send_header("Content-Type", "application/x-protobuf")
        request.send_header("Content-Length", str(len(raw)))
        if 300 <= self.status < 400:
            request.send_header("Location", self.endpoint)
        request.end_headers()
        request.wfile.write(raw)

    @property
    def spans(self) -> list[Span]:
        """Every span that was confirmed, in order of arrival."""
        return [span for body in self.bodies for span in spans_of(body)]


def spans_of(body: bytes) -> list[Span]:
    """Return the spans of one request."""
    request = ExportTraceServiceRequest.FromString(body)
    return [span for whole in request.resource_spans for scope in whole.scope_spans for span in scope.spans]


def attributes(span: Span) -> Mapping[str, Any]:
    """Return the attributes of a span as plain values."""
    return {one.key: _plain(one.value) for one in span.attributes}


def _plain(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    assert kind is not None
    found = getattr(value, kind)
    return [_plain(one) for one in found.values] if kind == "array_value" else found
