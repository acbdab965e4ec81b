"""Health, readiness, metrics and the description of the topics: for everybody, and without anything of a case."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from events.errors import Unavailable
from services.bootstrap import House
from services.bootstrap.topics_described import asyncapi
from services.http.log import OPEN
from services.http.problems import RETRY_SECONDS

NOT_READY = 503
WORK = {
    "relay": "De doorgever",
    "projections": "Het bijwerken van de overzichten",
    "kafka": "Het lezen van Kafka",
    "feeds": "Het versturen van berichten aan deelnemers",
    "clock": "De klok",
}
"""What the service does beside answering, as ``services.bootstrap.workers.in_background`` names it."""


def health(house: House) -> APIRouter:
    """Return the routes that say how the house does."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", openapi_extra=OPEN)
    async def healthz() -> dict[str, str]:
        """Say that the process lives; asks no other part, and no thread, so that it answers while all of them wait."""
        return {"status": "ok"}

    @router.get("/readyz", openapi_extra=OPEN)
    def readyz(response: Response) -> dict[str, str | int | None]:
        """Say whether the house can take commands: the database answers, in today's shape; and how far the relay is.

        ``untold`` is null where another process tells Kafka. A relay that is behind is no reason to refuse commands.
        """
        try:
            missing, lag = house.missing_migrations(), house.relay.lag()
        except Unavailable as error:
            return _not_ready(response, str(error))
        if missing:
            return _not_ready(response, "De database heeft een oudere vorm dan dit programma. Start de dienst opnieuw.")
        if house.stopped:
            # What still comes in is kept, but nothing of it would reach anybody: a person has to look first.
            name, reason = next(iter(house.stopped.items()))
            return _not_ready(response, f"{WORK[name]} is gestopt. {reason}")
        return {"status": "ready", "unnumbered": lag.unnumbered, "untold": lag.untold}

    @router.get("/asyncapi.json", openapi_extra=OPEN)
    def described() -> Response:
        """Return the AsyncAPI 3 document of the topics."""
        return Response(asyncapi(house), media_type="application/json")

    _measuring(router, house)
    return router


def _not_ready(response: Response, detail: str) -> dict[str, str | int | None]:
    response.status_code, response.headers["Retry-After"] = NOT_READY, RETRY_SECONDS
    return {"status": "unavailable", "detail": detail}


def _measuring(router: APIRouter, house: House) -> None:
    metrics = CollectorRegistry()
    waiting = Gauge("zvh_facts_unnumbered", "Facts that wait for their number.", registry=metrics)
    untold = Gauge("zvh_facts_untold", "Numbered facts that Kafka has not yet; -1 when unknown.", registry=metrics)
    size = Gauge("zvh_log_size", "Facts in the numbered log.", registry=metrics)

    @router.get("/metrics", openapi_extra=OPEN)
    def measured() -> Response:
        """Return the metrics in Prometheus' text format; numbers only, no names."""
        try:
            lag, log_size = house.relay.lag(), house.log.size()
        except Unavailable:
            return Response(status_code=NOT_READY, headers={"Retry-After": RETRY_SECONDS})
        waiting.set(lag.unnumbered)
        untold.set(-1 if lag.untold is None else lag.untold)
        size.set(log_size)
        return Response(generate_latest(metrics), media_type=CONTENT_TYPE_LATEST)
