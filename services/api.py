"""The HTTP service, first form: health, metrics and descriptions of the interfaces. No personal data pass here."""

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from events.errors import Unavailable
from services.bootstrap import House
from services.bootstrap.workers import asyncapi

RETRY_SECONDS = "5"


def make_api(house: House) -> FastAPI:
    """Return the application for one house."""
    api = FastAPI(title="zvh", version="1", description="Logbook of a Zorg- en Veiligheidshuis.", docs_url=None)
    metrics = CollectorRegistry()
    waiting = Gauge("zvh_facts_unnumbered", "Facts that wait for their number.", registry=metrics)
    untold = Gauge("zvh_facts_untold", "Numbered facts that Kafka has not yet; -1 when unknown.", registry=metrics)
    size = Gauge("zvh_log_size", "Facts in the numbered log.", registry=metrics)

    @api.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say that the process lives."""
        return {"status": "ok"}

    @api.get("/readyz")
    def readyz(response: Response) -> dict[str, str | int | None]:
        """Say whether the house can take commands, and how far the relay is behind."""
        try:
            lag = house.relay.lag()
        except Unavailable as error:
            response.status_code = 503
            response.headers["Retry-After"] = RETRY_SECONDS
            return {"status": "unavailable", "detail": str(error)}
        return {"status": "ready", "unnumbered": lag.unnumbered, "untold": lag.untold}

    @api.get("/metrics")
    def measured() -> Response:
        """Return the metrics in Prometheus' text format; numbers only, no names."""
        try:
            lag, log_size = house.relay.lag(), house.log.size()
        except Unavailable:
            return Response(status_code=503, headers={"Retry-After": RETRY_SECONDS})
        waiting.set(lag.unnumbered)
        untold.set(-1 if lag.untold is None else lag.untold)
        size.set(log_size)
        return Response(generate_latest(metrics), media_type=CONTENT_TYPE_LATEST)

    @api.get("/asyncapi.json")
    def described() -> Response:
        """Return the AsyncAPI 3 document of the topics."""
        return Response(asyncapi(house), media_type="application/json")

    return api
