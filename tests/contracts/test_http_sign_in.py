"""Signing in at the HTTP door: no route answers a stranger, and a token is one person, one organisation, one task."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import jwt
import pytest
from fastapi.routing import iter_route_contexts

from infra.local.issuer import LocalIssuer
from tests.facts import HOUSE_OIN, POLICE_OIN
from tests.http_house import Caller, Door, door_of, problem_of
from tests.tokens import key_of, kid_of, payload, segment, signed

PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("HEAD", "/openapi.json"),
    ("GET", "/asyncapi.json"),
    ("GET", "/log/checkpoint"),
    ("GET", "/log/tile/{path:path}"),
    ("GET", "/log/proof/{fact_id}"),
    ("POST", "/log/cosignatures"),
    ("POST", "/log/add-checkpoint"),
}
"""All that a stranger may call: health, descriptions and the log; nothing here is about a person."""


@pytest.fixture(scope="module")
def door(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A house that the tests of this file share; none of them writes."""
    with door_of(module_database, tmp_path_factory.mktemp("issuer")) as opened:
        yield opened


def routes(door: Door) -> set[tuple[str, str]]:
    """Return every (method, path) that the application answers."""
    found = set()
    for route in iter_route_contexts(door.app.routes):
        assert route.path, f"{route} is an application of its own: its routes would escape this test"
        assert route.methods, f"{route} is an application of its own: its routes would escape this test"
        found |= {(method, route.path) for method in route.methods}
    return found


def test_every_route_that_is_not_public_answers_a_stranger_with_401(door: Door) -> None:
    """Whatever route is added, and whatever stands in its address or body, sign-in comes first."""
    asked = routes(door) - PUBLIC
    assert ("POST", "/cases/{case_id}/open-triage") in asked
    open_doors = []
    for method, path in sorted(asked):
        for case in (str(UUID(int=1)), "geen-nummer"):
            address = re.sub(r"\{[a-z_]+(:path)?\}", lambda found: "x" if "command" in found[0] else case, path)  # noqa: B023
            answer = door.client.request(method, address, content=b"{broken", headers={"Content-Type": "text/plain"})
            if answer.status_code != 401:
                open_doors.append((method, path, case, answer.status_code))
    assert open_doors == []


def test_the_list_of_public_routes_names_no_route_that_is_gone(door: Door) -> None:
    """A name that stays on the list would silently open a route that takes its place later."""
    assert PUBLIC - routes(door) == set()


def test_without_a_token_the_answer_says_how_to_sign_in(door: Door) -> None:
    """RFC 6750, 3: a challenge, that names an error only to whoever brought a token."""
    answer = door.client.get("/cases")
    problem_of(answer, 401, "NOT_SIGNED_IN")
    assert answer.headers["www-authenticate"] == 'Bearer realm="zvh"'
    for given in ("Basic cG9saXRpZTpn", "Bearer", "Bearer  ", "token", ""):
        answer = door.client.get("/cases", headers={"Authorization": given})
        problem_of(answer, 401, "NOT_SIGNED_IN")
    answer = door.client.get("/cases", headers={"Authorization": "Bearer niets"})
    assert answer.headers["www-authenticate"] == 'Bearer realm="zvh", error="invalid_token"'


def expired(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A token that ended an hour ago."""
    now = int(time.time())
    return signed(issuer, iat=now - 7200, exp=now - 3600)


def forged(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A token with the name of our issuer's key, signed by another key."""
    header = {"kid": kid_of(issuer)}
    return jwt.encode(payload(issuer.issuer), key_of(other), algorithm="EdDSA", headers=header)


def unsigned(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A token that says that it needs no signature."""
    return f"{segment({'alg': 'none', 'typ': 'JWT', 'kid': kid_of(issuer)})}.{segment(payload(issuer.issuer))}."


def shared_secret(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A token signed with our public key as if it were a secret."""
    header = {"kid": kid_of(issuer)}
    return jwt.encode(payload(issuer.issuer), issuer.jwks_file.read_bytes()[:64], algorithm="HS256", headers=header)


def changed(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A good token whose task was changed afterwards."""
    head, _, signature = signed(issuer).split(".")
    return f"{head}.{segment(payload(issuer.issuer, task='prosecution'))}.{signature}"


def other_audience(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A token for another service."""
    return signed(issuer, aud="andere-dienst")


def other_issuer(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A token that another issuer says it made."""
    return signed(issuer, iss="https://elders.example")


def not_yet(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A token that begins in an hour."""
    return signed(issuer, nbf=int(time.time()) + 3600)


def two_tasks(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """One person with two tasks at once."""
    return signed(issuer, task=["police-task", "prosecution"])


def two_organisations(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """One person for two organisations at once."""
    return signed(issuer, oin=[POLICE_OIN, HOUSE_OIN])


def no_task(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A person without a task."""
    return signed(issuer, task=None)


def too_long(issuer: LocalIssuer, other: LocalIssuer) -> str:
    """A token that would work for a month."""
    return signed(issuer, exp=int(time.time()) + 30 * 86_400)


BAD = (
    expired,
    forged,
    unsigned,
    shared_secret,
    changed,
    other_audience,
    other_issuer,
    not_yet,
    two_tasks,
    two_organisations,
    no_task,
    too_long,
)


def test_the_tokens_here_are_bad_for_their_one_fault_alone(door: Door) -> None:
    """Given a token made in the same way, without a fault, the door opens."""
    assert Caller(door.client, signed(door.issuer)).get("/cases").status_code == 200


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_token_that_does_not_hold_opens_nothing(
    door: Door, tmp_path: Path, make: Callable[[LocalIssuer, LocalIssuer], str]
) -> None:
    """Given such a token, the answer is 401 with a sentence in Dutch, and nothing of the token is in it."""
    token = make(door.issuer, LocalIssuer(tmp_path / "other"))
    answer = Caller(door.client, token).get("/cases")
    problem_of(answer, 401, "NOT_SIGNED_IN")
    assert answer.headers["content-language"] == "nl"
    assert not [part for part in (*token.split("."), "j.de.vries", "prosecution") if part and part in answer.text]


@pytest.mark.parametrize(
    ("oin", "task", "code"),
    [
        (POLICE_OIN, "prosecution", "WRONG_HAT"),
        (HOUSE_OIN, "police-task", "WRONG_HAT"),
        (HOUSE_OIN, "scheduler", "WRONG_HAT"),
        ("00000009999999999000", "police-task", "NOT_PARTICIPANT"),
    ],
)
def test_a_good_token_of_the_wrong_organisation_or_task_is_refused(door: Door, oin: str, task: str, code: str) -> None:
    """A task of another organisation, the clock's own task, or an organisation that is not admitted: 403."""
    problem_of(Caller(door.client, door.issuer.token("medewerker-01", oin, task)).get("/cases"), 403, code)


def test_roles_in_a_token_grant_nothing(door: Door) -> None:
    """Given an officer whose token claims to direct, a case is as unknown to it as before."""
    token = door.issuer.token("medewerker-01", POLICE_OIN, "police-task", roles=["process-direction", "admin"])
    problem_of(Caller(door.client, token).post(f"/cases/{UUID(int=1)}/open-triage"), 404, "UNKNOWN_CASE")
