"""The parts that these tests share."""

from collections.abc import Iterator

import pytest

from tests.http_house import door
from tests.outward.otlp_receiver import OtlpServer

__all__ = ["door"]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[OtlpServer]:
    """A real receiver of OTLP over HTTP, and a sender that gives up soon."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with OtlpServer() as server:
        yield server
