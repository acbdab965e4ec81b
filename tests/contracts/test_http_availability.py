"""How the HTTP door does: alive, ready, measured; and without its database it says so, and serves nothing."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import psycopg
from fastapi.testclient import TestClient

from events.errors import Unavailable
from infra.local.postgres import LocalPostgres
from services.api import make_api
from services.bootstrap import open_house, workers
from tests.database_faults import gone
from tests.http_house import POLICE, PROBATION, STRUCTURED, Door, problem_of
from tests.scenarios.people import PANEL, referral


def test_a_house_that_works_is_alive_and_ready(door: Door) -> None:
    """Without sign-in: it lives, and it can take commands."""
    assert door.client.get("/healthz").json() == {"status": "ok"}
    answer = door.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "unnumbered": 0, "untold": 0})


def test_readiness_and_metrics_tell_how_far_the_relay_is(door: Door) -> None:
    """Given facts that have no number yet, both count them; a relay that is behind does not make the house unready."""
    caller = door.signed_in(*POLICE)
    for _ in range(3):
        caller.post("/events", door.event("referral-offered", referral()), Content_Type=STRUCTURED)
    answer = door.client.get("/readyz")
    assert (answer.status_code, answer.json()["unnumbered"]) == (200, 3)
    assert "zvh_facts_unnumbered 3.0\n" in door.client.get("/metrics").text
    door.house.settle()
    assert door.client.get("/readyz").json()["unnumbered"] == 0
    measured = door.client.get("/metrics")
    assert measured.headers["content-type"].startswith("text/plain")
    assert {"zvh_facts_unnumbered 0.0", "zvh_log_size 3.0"} <= set(measured.text.splitlines())


def test_a_house_whose_relay_stopped_is_not_ready_and_says_why(door: Door) -> None:
    """Given facts to number and no key to sign with, the relay stops; the service lives, is not ready and tells so."""
    door.signed_in(*POLICE).post("/events", door.event("referral-offered", referral()), Content_Type=STRUCTURED)
    keyless = door.house.settings.model_copy(update={"log_key": None})
    with open_house(keyless) as house, workers.in_background(house), TestClient(make_api(house)) as client:
        for _ in range(600):
            answer = client.get("/readyz")
            if answer.status_code != 200:
                break
            time.sleep(0.1)
        assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
        assert answer.json()["detail"].startswith("De doorgever is gestopt. ZVH_LOG_KEY_FILE ontbreekt")
        assert client.get("/healthz").status_code == 200


def test_a_database_of_another_shape_is_not_ready(door: Door, database: str) -> None:
    """Given a database that lacks the newest migration, as an old backup does, the house takes no commands."""
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("DELETE FROM public.zvh_migrations WHERE name = (SELECT max(name) FROM public.zvh_migrations)")
    answer = door.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("DROP TABLE public.zvh_migrations")
    assert door.client.get("/readyz").status_code == 503


def test_without_the_database_every_door_says_503_and_shows_nothing(
    door: Door, postgres: LocalPostgres, database: str
) -> None:
    """Given a database that lets nobody in, all that needs it asks to come back later; then everything goes on."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    asked: dict[str, Callable[[], httpx.Response]] = {
        "cases": lambda: caller.get("/cases"),
        "case": lambda: caller.get(f"/cases/{case}"),
        "history": lambda: caller.get(f"/cases/{case}/history"),
        "command": lambda: caller.post(f"/cases/{case}/open-triage", {"panel": PANEL}),
        "data": lambda: caller.ask(case, "COORDINATE_CARE", "IDENTITY"),
        "event": lambda: caller.post("/events", door.event("x", {}, "PROBATION"), Content_Type=STRUCTURED),
        "checkpoint": lambda: door.client.get("/log/checkpoint"),
    }
    with gone(postgres, database):
        assert door.client.get("/healthz").status_code == 200
        for path in ("/readyz", "/metrics"):
            answer = door.client.get(path)
            assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
        # At once, because the library behind the store tries ten times before it gives up.
        with ThreadPoolExecutor(len(asked)) as pool:
            sent = {name: pool.submit(ask) for name, ask in asked.items()}
            answers = {name: one.result() for name, one in sent.items()}
    for name, answer in answers.items():
        problem_of(answer, 503, "LOG_UNAVAILABLE")
        assert int(answer.headers["retry-after"]) > 0, name
        assert not [text for text in ("Vanhoudt", case, database) if text in answer.text], name
    _settled(door)
    assert door.client.get("/readyz").status_code == 200
    assert caller.ask(case, "COORDINATE_CARE", "IDENTITY").status_code == 200


def _settled(door: Door) -> None:
    """Settle as the workers do: who held a session that was cut learns so at its next use, once, and takes another."""
    for _ in ("the relay", "the feeds"):
        with suppress(Unavailable):
            door.house.settle()
            return
    door.house.settle()
