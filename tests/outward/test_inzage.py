"""The VNG's Inzage API on a real house: every answer held to the standard's own document, and to what may be seen."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn

from events.disclosure import DataDisclosed
from events.ledger import LedgerConsulted
from infra import logs
from projections.standards.inzage import index_of, object_id
from services.http import inzage
from tests.contracts.test_http_rights import VALUES
from tests.http_house import POLICE, PROBATION, Caller, Door
from tests.outward.vng import FORMATS, LIST, ONE, held, parameters
from tests.rights_house import asked as rights_request
from tests.rights_house import at_work, contact_point, item_of
from tests.scenarios.people import bsn, in_days, today

OFFICE, CONTACT, AUDITOR = (
    ("HOUSE_STAFF", "privacy-office"),
    ("HOUSE_STAFF", "contact-point"),
    ("AUDITOR", "supervision"),
)
YEAR = {"beginDatum": "2026-01-01", "eindDatum": in_days(2)}


def asked(number: str, **more: str) -> dict[str, str]:
    """Return the question about a person by number."""
    return {"objecttype": "persoon", "soortObjectId": "BSN", "objectId": number, **YEAR, **more}


def get(caller: Caller, words: dict[str, str]) -> httpx.Response:
    return caller.get(f"{LIST}?{urlencode(words)}")


def found(caller: Caller, number: str, **more: str) -> dict[str, Any]:
    """Return the list, held to the standard."""
    return held(get(caller, asked(number, **more)), 200)


def signed(door: Door, hat: tuple[str, str]) -> Caller:
    if hat != AUDITOR:
        return door.signed_in(*hat, "lezer-01")
    supervisor = door.house.reference.supervisor("AUDITOR", door.house.clock.now())
    assert supervisor is not None
    return Caller(door.client, door.issuer.token("lezer-01", supervisor.oin, "supervision"))


def shown(door: Door, number: str) -> str:
    """Bring a case of this person to work, and let probation see of it. Returns the case."""
    case = at_work(door, number)
    answer = door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE")
    assert answer.status_code == 200, answer.text
    door.house.settle()
    return case


def actions(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (what was done, for whom, how confidential), without the looks at the ledger itself."""
    return [
        (
            one["verwerkingsactie"]["actieNaam"],
            one["verwerkingsactie"]["afnemerId"],
            one["verwerkingsactie"]["vertrouwelijkheid"],
        )
        for one in document["results"]
        if one["verwerkteSoortenGegevens"] != [{"soortGegeven": "LEDGER"}]
    ]


def oin(door: Door, org: str) -> str:
    participant = door.house.reference.participant(org, door.house.clock.now())
    assert participant is not None
    return participant.oin


def test_a_person_is_told_what_was_given_and_who_looked(door: Door) -> None:
    """Given a case, then what came in and what probation saw stand there, by number and by pseudonym alike."""
    number = bsn()
    case = shown(door, number)
    told = found(signed(door, CONTACT), number)
    assert told["count"] == len(told["results"])
    assert (told["next"], told["previous"]) == (None, None)
    assert actions(told) == [
        ("verstrekking aan het samenwerkingsverband", door.house.settings.house_oin, "normaal"),
        ("inzage binnen het samenwerkingsverband", oin(door, "PROBATION"), "normaal"),
    ]
    look = next(one for one in door.house.store.history(UUID(case)) if isinstance(one.fact, DataDisclosed))
    fact = look.fact
    assert isinstance(fact, DataDisclosed)
    entry = told["results"][1]
    person = str(door.house.pseudonyms.find_subject(number))
    assert (entry["objecttype"], entry["soortObjectId"], entry["objectId"]) == ("persoon", "pseudoniem", person)
    assert entry["betrokkenheid"] == "betrokkene"
    names = {door.house.names.category(one, fact.occurred_at) for one in fact.categories}
    assert {one["soortGegeven"] for one in entry["verwerkteSoortenGegevens"]} == names
    action = entry["verwerkingsactie"]
    activity = door.house.names.activity("COORDINATE_CARE", fact.occurred_at)
    assert action["actieId"] == str(fact.disclosure_id)
    assert (action["verwerkingsactiviteitId"], action["verwerkingsactiviteitUrl"]) == (str(activity.id), activity.uri)
    assert action["verwerkingId"] == case
    assert action["bewaartermijn"] == "P5Y"
    assert datetime.fromisoformat(action["tijdstip"]) == fact.occurred_at
    assert datetime.fromisoformat(action["tijdstipRegistratie"]) == look.envelope.recorded_at
    by_pseudonym = {**asked(number), "soortObjectId": "pseudoniem", "objectId": person}
    again = held(get(signed(door, CONTACT), by_pseudonym), 200)
    assert actions(again) == actions(told)


def test_an_entry_is_found_by_its_own_address(door: Door) -> None:
    """Each address in the list gives the same entry; one that is not there is not found, whoever asks."""
    number = bsn()
    shown(door, number)
    contact = signed(door, CONTACT)
    for entry in found(contact, number)["results"][:2]:
        place = urlsplit(entry["url"]).path
        assert place == f"{LIST}/{entry['verwerktObjectId']}"
        assert held(contact.get(place), 200, ONE) == entry
    right = UUID(found(contact, number)["results"][0]["verwerktObjectId"])
    beside = object_id(index_of(right) or 0, uuid4())
    for wrong in (uuid4(), beside, object_id(10**9, uuid4())):
        held(contact.get(f"{LIST}/{wrong}"), 404, ONE)
    assert held(contact.get(f"{LIST}/geen-nummer"), 400, ONE)["invalidParams"][0]["name"] == "verwerktObjectId"


def test_the_period_takes_the_first_day_and_leaves_out_the_last(door: Door) -> None:
    """Local days; and an activity that was not meant gives nothing."""
    number = bsn()
    shown(door, number)
    contact = signed(door, CONTACT)
    referred, day = "2026-03-02", today()
    given = found(contact, number, beginDatum=referred, eindDatum="2026-03-03")
    assert [one[0] for one in actions(given)] == ["verstrekking aan het samenwerkingsverband"]
    assert actions(found(contact, number, beginDatum="2026-03-01", eindDatum=referred)) == []
    looked = found(contact, number, beginDatum=str(day), eindDatum=str(day + timedelta(days=1)))
    assert [one[0] for one in actions(looked)] == ["inzage binnen het samenwerkingsverband"]
    care = looked["results"][0]["verwerkingsactie"]["verwerkingsactiviteitId"]
    assert len(actions(found(contact, number, verwerkingsactiviteitId=care))) == 1
    assert found(contact, number, verwerkingsactiviteitId=str(uuid4()))["count"] == 0


@pytest.mark.parametrize("name", parameters(required=True))
def test_a_question_without_a_required_parameter_is_refused_by_name(door: Door, name: str) -> None:
    """The parameters of the standard, each left out, empty, twice and wrong in turn."""
    contact, words = signed(door, CONTACT), asked(bsn())
    rest = [(key, value) for key, value in words.items() if key != name]
    for given in ([], [(name, "")], [(name, words[name])] * 2, [(name, "%00")]):
        answer = contact.get(f"{LIST}?{urlencode([*rest, *given])}")
        wrong = held(answer, 400)
        assert [one["name"] for one in wrong["invalidParams"]] in ([name], ["objectId"]), wrong
        assert words["objectId"] not in answer.text


def test_the_other_parameters_are_those_of_the_standard_and_a_page() -> None:
    """What our own description says is what the standard says, and ``page``, of which it speaks only in ``next``."""
    named = {str(one["name"]): one["required"] for one in inzage.PARAMETERS}
    assert {name for name, needed in named.items() if needed} == set(parameters(required=True))
    assert {name for name, needed in named.items() if not needed} == {*parameters(required=False), "page"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("objectId", "123456789"),
        ("objectId", "onbekend"),
        ("soortObjectId", "RSIN"),
        ("objecttype", "zaak"),
        ("beginDatum", "2026-02-30"),
        ("beginDatum", "20260301"),
        ("eindDatum", "morgen"),
        ("verwerkingsactiviteitId", "x"),
        ("page", "0"),
        ("page", "1e3"),
    ],
)
def test_a_wrong_value_is_refused_by_name(door: Door, name: str, value: str) -> None:
    """And the answer quotes nothing of it."""
    wrong = held(get(signed(door, CONTACT), asked(bsn(), **{name: value})), 400)
    assert [one["name"] for one in wrong["invalidParams"]] == [name]
    assert "123456789" not in str(wrong)


def test_pages_follow_each_other_by_address(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given more entries than a page holds, then next and previous lead to all of them, without the number."""
    number = bsn()
    shown(door, number)
    whole = found(signed(door, CONTACT), number)["results"]
    term = door.house.reference.term("ledger-page", door.house.clock.now())
    small = term.model_copy(update={"value": 1})
    monkeypatch.setattr(
        type(door.house.reference),
        "term",
        lambda *asked: small if asked[1] == "ledger-page" else term.model_copy(update={"value": 5}),
    )
    contact = signed(door, CONTACT)
    page = found(contact, number)
    entries, before = [*page["results"]], page
    for _ in range(len(whole) - 1):
        assert number not in before["next"]
        named = dict(parse_qsl(urlsplit(before["next"]).query))
        assert named["soortObjectId"] == "pseudoniem"
        page = held(contact.get(before["next"].removeprefix("http://testserver")), 200)
        assert dict(parse_qsl(urlsplit(page["previous"]).query))["page"] == str(int(named["page"]) - 1)
        entries, before = [*entries, *page["results"]], page
    assert entries == whole
    held(get(contact, asked(number, page="1000")), 404, ONE)


def test_an_unknown_person_has_no_entries_and_the_look_is_on_record(door: Door) -> None:
    """Nobody learns from the answer whether the number is wrong or unknown here; who asked is written down."""
    told = found(signed(door, CONTACT), bsn())
    assert (told["count"], told["results"]) == (0, [])
    (look,) = looks(door)
    assert (look.question, look.purpose, look.granted, look.subject_id) == ("SUBJECT", "SUBJECT_RIGHTS", True, None)


def looks(door: Door) -> list[LedgerConsulted]:
    facts = door.house.store.history(door.house.ledger_desk.stream)
    return [one.fact for one in facts if isinstance(one.fact, LedgerConsulted)]


@pytest.mark.parametrize("hat", [POLICE, PROBATION, ("HOUSE_STAFF", "process-direction")])
def test_who_has_no_right_to_the_ledger_gets_nothing_and_is_on_record(door: Door, hat: tuple[str, str]) -> None:
    """A participant and a process director are refused, for the list and for an entry that exists."""
    number = bsn()
    shown(door, number)
    entry = found(signed(door, CONTACT), number)["results"][0]
    before = len(looks(door))
    held(get(signed(door, hat), asked(number)), 403)
    held(signed(door, hat).get(f"{LIST}/{entry['verwerktObjectId']}"), 403, ONE)
    held(signed(door, hat).get(f"{LIST}/{uuid4()}"), 403, ONE)
    assert [one.granted for one in looks(door)[before:]] == [False] * 3
    held(door.client.get(f"{LIST}?{urlencode(asked(number))}"), 401)


def test_while_informing_waits_the_person_is_told_of_nothing(door: Door) -> None:
    """Given a deferral, then all is confidential, looks of others too; lifted, it shows, and says that it was."""
    number = bsn()
    case = shown(door, number)
    director = door.director()
    found(signed(door, AUDITOR), number)
    director.done(case, "defer-informing", {"ground": "SAFETY", "reason": "Onveilig.", "review_by": in_days(10)})
    door.house.settle()
    told = found(signed(door, CONTACT), number)
    assert (told["count"], told["results"]) == (0, [])
    for hat in (OFFICE, AUDITOR):
        seen = found(signed(door, hat), number)
        assert {one["verwerkingsactie"]["vertrouwelijkheid"] for one in seen["results"]} == {"vertrouwelijk"}
        assert len(actions(seen)) == 2
    hidden = found(signed(door, OFFICE), number)["results"][0]["verwerktObjectId"]
    held(signed(door, CONTACT).get(f"{LIST}/{hidden}"), 404, ONE)
    held(signed(door, OFFICE).get(f"{LIST}/{hidden}"), 200, ONE)
    director.done(case, "record-informed", {"on": in_days(0)})
    door.house.settle()
    after = found(signed(door, CONTACT), number)
    assert [one[2] for one in actions(after)] == ["opgeheven", "opgeheven"]
    held(signed(door, CONTACT).get(f"{LIST}/{hidden}"), 200, ONE)


def test_in_no_period_does_a_look_at_the_ledger_betray_what_is_kept_back(door: Door) -> None:
    """A deferred case stays hidden when the period holds nothing of it but somebody's look at the ledger."""
    number = bsn()
    case = at_work(door, number)
    door.director().done(case, "defer-informing", {"ground": "SAFETY", "reason": "Onveilig.", "review_by": in_days(10)})
    found(signed(door, OFFICE), number)
    door.house.settle()
    later = {"beginDatum": in_days(0), "eindDatum": in_days(1)}
    seen = found(signed(door, OFFICE), number, **later)
    assert seen["count"] > 0 == len(actions(seen)), "looks at the ledger, and nothing else"
    assert found(signed(door, CONTACT), number, **later)["count"] == 0


def test_an_item_that_is_withheld_leaves_the_rest_of_a_look_standing(door: Door) -> None:
    """Given that the police withhold one item, then its kind is gone from each entry, and no entry says so."""
    number = bsn()
    case = shown(door, number)
    item = item_of(door, case, "IDENTITY")
    before = found(signed(door, CONTACT), number)
    body = {
        "subject": str(door.house.pseudonyms.find_subject(number)),
        "entries": [{"item": item}],
        "ground": door.house.reference.choices("withholding-ground", door.house.clock.now())[0].code,
        "reason": "Er loopt een onderzoek.",
        "review_by": in_days(10),
    }
    withheld = signed(door, POLICE).post(f"/cases/{case}/withhold-entries", body)
    assert withheld.status_code == 200, withheld.text
    door.house.settle()
    told = found(signed(door, CONTACT), number)
    kept = _kinds(told)
    assert actions(told) == actions(before)
    assert kept != _kinds(before)
    identity = door.house.names.category("IDENTITY", door.house.clock.now())
    assert {name for entry in _kinds(before) for name in entry} - {name for entry in kept for name in entry} == {
        identity
    }
    office = found(signed(door, OFFICE), number)
    assert _kinds(office) == _kinds(before)
    assert {one[2] for one in actions(office)} == {"vertrouwelijk"}
    lift = {"withholding": withheld.json()["facts"][0]["id"]}
    assert signed(door, POLICE).post(f"/cases/{case}/lift-withholding", lift).status_code == 200
    door.house.settle()
    after = found(signed(door, CONTACT), number)
    assert _kinds(after) == _kinds(before)
    assert {one[2] for one in actions(after)} == {"opgeheven"}


def _kinds(document: dict[str, Any]) -> list[list[str]]:
    return [
        [kind["soortGegeven"] for kind in one["verwerkteSoortenGegevens"]]
        for one in document["results"]
        if one["verwerkteSoortenGegevens"] != [{"soortGegeven": "LEDGER"}]
    ]


def test_an_answer_that_may_lack_something_says_so(door: Door) -> None:
    """Facts that are stored and not yet in the overviews: the standard has no place for it, so a header says it."""
    number = bsn()
    case = shown(door, number)
    found(signed(door, CONTACT), number)
    answer = get(signed(door, CONTACT), asked(number))
    assert answer.headers["zvh-complete"] == "false", "the look just before is stored, and not yet in the overviews"
    door.house.settle()
    assert get(signed(door, CONTACT), asked(number)).headers["zvh-complete"] == "true"
    assert door.house.store.history(UUID(case))


@contextmanager
def served(door: Door) -> Iterator[str]:
    """Serve the application as ``zvh serve`` does."""
    server = uvicorn.Server(uvicorn.Config(door.app, port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_no_log_line_holds_the_number_that_stands_in_the_address(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    """Served as the product does, at its most talkative: answered, refused, broken."""
    number, wrong = bsn(), "123456789"
    shown(door, number)
    logs.configure("DEBUG")
    with served(door) as base, httpx.Client(base_url=base) as client:
        headers = {"Authorization": f"Bearer {door.token(*CONTACT)}"}
        answers = [
            client.get(f"{LIST}?{urlencode(asked(one))}", headers=sent)
            for one in (number, wrong)
            for sent in (headers, {}, {"Authorization": "Bearer x"})
        ]
    assert {one.status_code for one in answers} == {200, 400, 401}
    written = "".join(capfd.readouterr())
    for one in (number, wrong):
        assert one not in written
        assert all(one not in answer.text for answer in answers)


def test_ids_of_entries_are_uuids_that_lead_back() -> None:
    """Every index gives a well-formed UUID from which it is read again."""
    for index in (0, 1, 2**20, 2**48 - 1):
        made = object_id(index, uuid4())
        assert index_of(UUID(str(made))) == index
        assert (made.version, made.variant) == (8, "specified in RFC 4122")
        FORMATS.check(str(made), "uuid")
    assert index_of(uuid4()) is None


def test_what_was_put_right_is_told_as_what_came_in(door: Door) -> None:
    """To alter data is processing: the new version, from its source, for the request; the person is told."""
    number = bsn()
    case = shown(door, number)
    request = rights_request(door, number, "RECTIFICATION")
    item, opinion = item_of(door, case, "IDENTITY"), item_of(door, case, "LIFE_DOMAIN")
    place, before = f"/rights/{request}/cases/{case}", len(actions(found(signed(door, CONTACT), number)))
    right = {"item": item, "request": request, "values": {**VALUES, "bsn": number}}
    stated = {"request": request, "about": opinion, "statement": "Ik zie dat anders."}
    assert door.signed_in(*POLICE).post(f"{place}/rectify-item", right).status_code == 200
    assert contact_point(door).post(f"{place}/add-statement", stated).status_code == 200
    door.house.settle()
    told = found(signed(door, CONTACT), number)
    since = actions(told)[before:]
    assert since == [("verstrekking aan het samenwerkingsverband", door.house.settings.house_oin, "normaal")] * 2
    activity = door.house.names.activity("SUBJECT_RIGHTS", door.house.clock.now())
    named = [one["verwerkingsactie"]["verwerkingsactiviteitUrl"] for one in told["results"]]
    assert named.count(activity.uri) >= 2
