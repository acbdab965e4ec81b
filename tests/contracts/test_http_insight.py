"""How much of a case each session may know: all but content, an outline, or that its access has ended."""

from tests.http_house import BOARD, CASE_DIRECTOR, POLICE, PROBATION, STRUCTURED, TREATMENT, Door, problem_of
from tests.scenarios.people import CRITERIA, HOUSE_PANEL, PANEL, ROOM_TEST, in_days

NEIGHBOURS = ("NEIGHBOURHOOD_TEAM", "lead-to-care")
LEFT_OUT = ("participants", "items", "plan", "assessment", "persons", "case_director")
BREAKTHROUGH = {
    "stuck": "Er is geen plek.",
    "tried_locally": [{"date": "2026-02-01", "what": "plek gevraagd", "result": "geweigerd"}],
    "wanted": "een plek met toezicht",
    "from": "PROBATION",
    "by": in_days(60),
}


def escalated(door: Door) -> str:
    """Start a case, and let the house take it over without probation."""
    case, director = door.at_work(), door.director("regisseur-02")
    proposal = {"room_test": ROOM_TEST, "breakthrough": BREAKTHROUGH}
    door.signed_in(*POLICE, CASE_DIRECTOR).done(case, "propose-escalation", proposal)
    director.done(case, "reassess-criteria", {"answers": CRITERIA, **proposal})
    team = [list(POLICE), list(TREATMENT), ["PROSECUTION", "prosecution"]]
    director.done(case, "accept-escalation", {"panel": HOUSE_PANEL, "participants": team, "items_along": []})
    door.house.settle()
    return case


def test_who_works_on_the_case_and_the_house_see_all_of_it(door: Door) -> None:
    """Given a participant and a process director, both read participants, items, plan and every weighing."""
    case = door.at_work()
    for caller in (door.signed_in(*PROBATION), door.director()):
        document = caller.get(f"/cases/{case}").json()
        assert {one["org"] for one in document["participants"]} == {"POLICE", "PROBATION", "MENTAL_HEALTH"}
        assert [one["failed"] for one in document["assessments"]] == [[]]
        assert {one["regime"] for one in document["items"]} == {"OWN_TASK"}
        assert (document["regime"], document["triage_regime"]) == ("WGS_ZVH", "WGS_ZVH")


def test_who_only_referred_a_case_sees_how_far_it_is(door: Door) -> None:
    """Given a referrer that is not on the case, it reads stage and milestones; before acceptance it read all."""
    case, director = door.referred(NEIGHBOURS), door.director()
    referrer = door.signed_in(*NEIGHBOURS)
    assert "items" in referrer.get(f"/cases/{case}").json()
    director.done(case, "open-triage", {"chamber": "CHAMBER_NORTH"})
    director.done(case, "record-assessment", {"answers": CRITERIA, "room_test": ROOM_TEST})
    director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": "CHAMBER_NORTH"})
    named = door.house.pseudonyms.person("0" * 20, "iemand")
    director.done(case, "start-case", {"case_director": named, "participants": [list(POLICE), list(PROBATION)]})
    document = referrer.get(f"/cases/{case}").json()
    assert (document["stage"], document["room"], document["outline"]) == ("IN_CONSULTATION", "LOCAL_CHAMBER", True)
    assert not [name for name in LEFT_OUT if name in document]
    history = referrer.get(f"/cases/{case}/history").json()
    kinds = [one["type"].split(".")[3] for one in history["facts"]]
    assert (history["outline"], kinds) == (True, ["referral-submitted", "case-accepted"])
    lines = [one["says"] for one in referrer.get(f"/cases/{case}/timeline").json()["lines"]]
    assert lines == ["De zaak is aangemeld.", "De zaak is aangenomen."]


def test_that_somebody_declined_shows_to_process_direction_alone(door: Door) -> None:
    """Given one who declines and one with nothing to report, the panel sees no difference, and the sender its own."""
    case, director = door.referred(), door.director()
    director.done(case, "open-triage", {"panel": PANEL})
    asked = {"categories": ["LIFE_DOMAIN"], "question": "Loopt er iets?", "necessity": "Nodig voor de weging."}
    for org, task in (PROBATION, TREATMENT):
        director.done(case, "request-enrichment", {"org": org, "task": task, **asked})
    questions = {one["org"]: one["about"] for one in director.get(f"/cases/{case}").json()["waiting"]}
    declined = {"question": questions["MENTAL_HEALTH"], "reason_code": "SECRECY"}
    door.signed_in(*TREATMENT).done(case, "decline-enrichment", declined)
    door.signed_in(*PROBATION).done(case, "provide-enrichment", {"question": questions["PROBATION"], "offered": []})

    def told(hat: tuple[str, str]) -> list[str]:
        caller = door.signed_in(*hat)
        facts = caller.get(f"/cases/{case}/history").json()["facts"]
        assert len(caller.get(f"/cases/{case}/timeline").json()["lines"]) == len(facts)
        return [one["type"].split(".")[3] for one in facts][4:]

    assert told(("HOUSE_STAFF", "process-direction")) == ["provider-declined", "enrichment-provided"]
    assert told(POLICE) == told(("HOUSE_STAFF", "process-support")) == []
    assert (told(TREATMENT), told(PROBATION)) == (["provider-declined"], ["enrichment-provided"])


def test_who_is_asked_a_question_sees_the_question_and_no_more(door: Door) -> None:
    """Given a known check, the organisation sees that it is asked and until when, until it has answered."""
    case, board = door.referred(), door.signed_in(*BOARD)
    door.director().done(case, "open-triage", {"chamber": "CHAMBER_NORTH"})
    done = door.director().done(case, "request-known-check", {"asked": [list(BOARD)]})
    document = board.get(f"/cases/{case}").json()
    assert [one["kind"] for one in document["waiting"]] == ["known-check"]
    assert not [name for name in LEFT_OUT if name in document]
    board.done(case, "answer-known-check", {"check": done["facts"][0]["id"], "known": False})
    problem_of(board.get(f"/cases/{case}"), 404, "UNKNOWN_CASE")


def test_who_left_the_case_reads_nothing_of_it_any_more(door: Door) -> None:
    """Given a move to the house without probation, its access has ended on every path, also in the list."""
    case = escalated(door)
    left = door.signed_in(*PROBATION)
    for path in (f"/cases/{case}/history", f"/cases/{case}/timeline", f"/cases/{case}"):
        problem_of(left.get(path), 403, "AUTH_EXPIRED")
    assert left.get("/cases").json()["cases"] == []
    assert door.signed_in(*TREATMENT).get(f"/cases/{case}").json()["room"] == "HOUSE"


def test_with_the_end_of_a_case_access_ends_for_all_but_the_house(door: Door) -> None:
    """Given a closed case, a participant has no access left, and the referrer still sees that it has ended."""
    case = door.at_work()
    door.director().done(case, "close-case", {"reason_code": "MOVED", "reason": "Naar een andere regio."})
    door.house.settle()
    problem_of(door.signed_in(*TREATMENT).get(f"/cases/{case}"), 403, "AUTH_EXPIRED")
    assert door.signed_in(*TREATMENT).get("/cases").json()["cases"] == []
    referrer = door.signed_in(*POLICE).get(f"/cases/{case}").json()
    assert (referrer["stage"], referrer["outline"]) == ("CLOSED", True)
    assert door.director().get(f"/cases/{case}").json()["stage"] == "CLOSED"


def test_a_signal_stays_with_its_own_organisation(door: Door) -> None:
    """Given a signal of the police, neither the house nor another organisation finds out that it exists."""
    person = {
        "bsn": "999990019",
        "given_name": "Joppe",
        "family_name": "Vanhoudt-Test",
        "birth_date": "1991-04-17",
        "address": "Nergensstraat 5",
        "municipality": "Rotterdam",
    }
    data = {
        "channel": "PARTICIPANT",
        "task": POLICE[1],
        "occurred_at": "2026-03-02T10:00:00+01:00",
        "reporter": "collega-77",
        "subject": person,
        "worry": "Derde melding in een week.",
    }
    answer = door.signed_in(*POLICE).post("/events", door.event("signal-registered", data), Content_Type=STRUCTURED)
    case = answer.json()["case_id"]
    door.house.settle()
    assert [one["case_id"] for one in door.signed_in(*POLICE).get("/cases").json()["cases"]] == [case]
    for caller in (door.director(), door.signed_in(*PROBATION)):
        assert caller.get("/cases").json()["cases"] == []
        problem_of(caller.get(f"/cases/{case}"), 404, "UNKNOWN_CASE")
        problem_of(caller.post(f"/cases/{case}/check-elsewhere"), 404, "UNKNOWN_CASE")


def test_the_list_of_cases_in_the_wrong_room(door: Door) -> None:
    """Given a local case that the chamber wants in the house, it stands in the list until the house has taken it."""
    case, other = door.at_work(), door.at_work()
    director = door.director("regisseur-02")

    def misplaced() -> list[tuple[str, str, str]]:
        door.house.settle()
        rows = director.get("/cases?misplaced=true").json()["cases"]
        return [(one["case_id"], one["room"], one["fits_in"]) for one in rows]

    assert misplaced() == []
    proposal = {"room_test": ROOM_TEST, "breakthrough": BREAKTHROUGH}
    door.signed_in(*POLICE, CASE_DIRECTOR).done(case, "propose-escalation", proposal)
    assert misplaced() == [(case, "LOCAL_CHAMBER", "HOUSE")]
    director.done(case, "reassess-criteria", {"answers": CRITERIA, **proposal})
    team = [list(POLICE), list(TREATMENT)]
    director.done(case, "accept-escalation", {"panel": HOUSE_PANEL, "participants": team, "items_along": []})
    assert misplaced() == []
    director.done(other, "reassess-criteria", {"answers": {}, "room_test": ROOM_TEST})
    assert misplaced() == [(other, "LOCAL_CHAMBER", "NOWHERE")]
    assert door.signed_in(*BOARD).get("/cases?misplaced=true").json()["cases"] == []


def test_the_work_load_counts_per_role_organisation_and_kind(door: Door) -> None:
    """Given open work, the house sees all of it and a participant its own."""
    case = door.referred()
    door.referred()
    door.director().done(case, "open-triage", {"chamber": "CHAMBER_NORTH"})
    door.director().done(case, "request-known-check", {"asked": [list(BOARD), list(TREATMENT)]})
    door.house.settle()
    load = door.director().get("/work/load").json()["load"]
    counted = {(one["role"], one["org"], one["kind"]): (one["open"], one["late"]) for one in load}
    assert counted["PROCESS_SUPPORT", "HOUSE_STAFF", "open-triage"] == (1, 0)
    assert counted["ASKED", "MENTAL_HEALTH", "known-check"] == (1, 0)
    own = door.signed_in(*BOARD).get("/work/load").json()["load"]
    assert [(one["org"], one["kind"]) for one in own] == [("CHILD_PROTECTION_BOARD", "known-check")]


def test_another_case_of_the_same_person_is_told_by_room_alone(door: Door) -> None:
    """Given a case at work and a new referral of the same person, the look says which room, and writes it down."""
    person = {
        "bsn": "999990019",
        "given_name": "Joppe",
        "family_name": "Vanhoudt-Test",
        "birth_date": "1991-04-17",
        "address": "Nergensstraat 5",
        "municipality": "Rotterdam",
    }
    first, second = door.referred(subject=person), door.referred(PROBATION, subject=person)
    director = door.director()
    director.done(second, "check-elsewhere")
    found = director.get(f"/cases/{second}").json()["elsewhere"]
    assert (found["found"], found["earlier"]) == (["RUN_UP"], None)
    assert first not in director.get(f"/cases/{second}").text
    alone = door.referred()
    director.done(alone, "check-elsewhere")
    assert director.get(f"/cases/{alone}").json()["elsewhere"]["found"] == []
