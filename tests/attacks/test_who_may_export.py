"""Who may take a bundle out: a bundle is a look at the ledger, and several cases at once are for few."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from events.decision import AccessDecided
from events.errors import NotFound, Refusal, Unavailable
from events.export import BundleExported
from events.ledger import LedgerConsulted
from events.vocabulary import FactId
from services.acting import Acting
from services.audit.export import Exporting
from services.audit.scope import Scope
from services.bootstrap import House
from tests.bundles import CASE_SCOPE, PRIVACY, Writer, export, house_on, other_case, verdict_on, zipped
from tests.facts import HOUSE_OIN, POLICE_OIN, SUBJECT

DIRECTOR = Acting("p-00000000000000dd", "HOUSE_STAFF", HOUSE_OIN, "process-direction")
AUDITOR = Acting("p-00000000000000a0", "AUDITOR", "00000003273229345901", "supervision")
OFFICER = Acting("p-0123456789abcdef", "POLICE", POLICE_OIN, "police-task")
PERSON = Scope("SUBJECT", "SUPERVISION", subject_id=SUBJECT)
ORGANISATION = Scope("PARTICIPANT", "SUPERVISION", org="SAFE_HOME")


@pytest.fixture
def two_cases(database: str) -> str:
    """A database with one person in two cases."""
    writer = Writer(database)
    writer.activate()
    writer.case()
    writer.case(other_case(1))
    return database


def looks(house: House) -> list[tuple[str, bool, str]]:
    """Return who looked at the ledger, whether that was granted, and why not."""
    kept = house.store.history(house.ledger_desk.stream)
    facts = [(one.envelope.actor, one.fact) for one in kept]
    return [(actor, fact.granted, fact.reason_code) for actor, fact in facts if isinstance(fact, LedgerConsulted)]


@pytest.mark.parametrize("scope", [PERSON, ORGANISATION])
def test_several_cases_are_for_the_privacy_officer_and_for_supervisors(two_cases: str, scope: Scope) -> None:
    """Given more than one case, the process director gets BULK, on record; the other two get their bundle."""
    with house_on(two_cases) as house:
        with pytest.raises(Refusal) as refused:
            export(house, scope, DIRECTOR)
        assert refused.value.code == "BULK"
        kept = house.store.history(Exporting(house).stream)
        assert [(one.fact.type_name, one.envelope.actor) for one in kept] == [
            ("nl.zvh.cases.command-refused.v1", DIRECTOR.person)
        ]
        for acting in (PRIVACY, AUDITOR):
            assert export(house, scope, acting).facts >= 5
        assert looks(house) == [(PRIVACY.person, True, "OK"), (AUDITOR.person, True, "OK")]


def test_one_case_is_for_who_directs_it_too_and_never_for_a_participant(two_cases: str) -> None:
    """Given one case, the process director gets it; an organisation that takes part does not. All is on record."""
    with house_on(two_cases) as house:
        assert export(house, CASE_SCOPE, DIRECTOR).facts >= 5
        with pytest.raises(Refusal) as refused:
            export(house, CASE_SCOPE, OFFICER)
        with pytest.raises(Refusal) as aimless:
            export(house, Scope("CASE", "COORDINATE_CARE", case_id=CASE_SCOPE.case_id), PRIVACY)
        assert aimless.value.code == "NO_PURPOSE"
        assert looks(house) == [
            (DIRECTOR.person, True, "OK"),
            (OFFICER.person, False, refused.value.code),
            (PRIVACY.person, False, "NO_PURPOSE"),
        ]
        assert len(house.store.history(Exporting(house).stream)) == 1, "what was refused was not handed over"


def test_what_is_not_there_is_not_exported_and_says_so(two_cases: str) -> None:
    """Given a case, a person or an organisation that the log does not know, there is no bundle and no fact of one."""
    unknown = UUID(int=7)
    with house_on(two_cases) as house:
        for scope in (
            Scope("CASE", "SUPERVISION", case_id=unknown),
            Scope("SUBJECT", "SUPERVISION", subject_id=unknown),
            Scope("PARTICIPANT", "SUPERVISION", org="MAYOR"),
        ):
            with pytest.raises(NotFound):
                export(house, scope)
        assert house.store.history(Exporting(house).stream) == []


def test_an_export_names_the_record_of_the_look_and_the_next_bundle_holds_both(two_cases: str, tmp_path: Path) -> None:
    """Given a bundle of a person, the next one shows who took it out, by which decision of the ledger; it holds."""
    with house_on(two_cases) as house:
        first = export(house, PERSON)
        second = export(house, PERSON, AUDITOR)
    verdict = verdict_on(zipped(second.entries), tmp_path)
    assert verdict.holds, list(verdict.lines())
    facts = [json.loads(one) for name, one in second.entries.items() if name.startswith("events/")]
    (look,) = [one for one in facts if one["type"] == LedgerConsulted.type_name]
    exports = [one for one in facts if one["type"] == BundleExported.type_name]
    before, after = sorted(exports, key=lambda one: str(one["time"]))
    assert (before["data"]["consultation_id"], before["actor"]) == (look["id"], PRIVACY.person)
    assert after["actor"] == AUDITOR.person
    assert f"events/{first.index}.json" in second.entries
    decided = {one["data"]["decision_id"] for one in facts if one["type"] == AccessDecided.type_name}
    assert look["data"]["decision_id"] in decided


def test_without_a_record_there_is_no_bundle(two_cases: str) -> None:
    """Given a ledger that does not answer, nothing is written down as handed over, and nothing is."""

    def down(acting: Acting, scope: Scope) -> FactId:
        raise Unavailable("Het overzicht antwoordt niet.")

    with house_on(two_cases) as house:
        with pytest.raises(Unavailable):
            Exporting(house, down).export(PERSON, PRIVACY)
        assert house.store.history(Exporting(house).stream) == []
