"""Erasure and proof together: what is destroyed stays proven, and what is proven stays unreadable."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from events.errors import Refusal
from events.fact import Fact
from events.receipt import Receipt
from events.referral import Person, ReferralWithdrawn
from events.vocabulary import SubjectRole
from infra.event_store import PostgresFactStore
from services.acting import Acting
from services.audit.export import Bundle
from services.bootstrap import House
from services.desk import Disclose, Opened
from services.workflow.retention import DestroyCase
from tests.bundles import PRIVACY, export, house_on, question, verdict_on, wrong, zipped
from tests.erasing import erase
from tests.facts import CASE, HOUSE_OIN, IDENTITY, NOON, PERSON, STARTED, SUBJECT, SUBMITTED, TRIAGE_OPENED, recorded
from tools.verify_bundle import Found

NAMES = {SUBJECT: "Quetzalcoatlus", UUID("01a00000-0000-4000-8000-000000000012"): "Pteranodon"}
SUBJECT_NAME, SISTER_NAME = NAMES.values()
_, SISTER = NAMES
WORKER = Acting("p-00000000000000aa", "SAFE_HOME", "00000003273229340001", "safe-home")
ASKED = Disclose(
    recipient_org=WORKER.org,
    recipient_person=WORKER.person,
    recipient_task=WORKER.task,
    purpose="COORDINATE_CARE",
    legal_basis=("WGS:participants", "WGS:purpose"),
    necessity=f"Nodig voor {SUBJECT_NAME}.",
    proportionality="Alleen wat bij de taak hoort.",
    subsidiarity="Het kan niet met minder.",
)


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """A house with a case of two persons, each with an item that is sealed for that person."""
    with house_on(database, erasure_ledger=tmp_path / "register") as opened:
        referral = uuid4()
        items = tuple(_item(opened, referral, number, *one) for number, one in enumerate(NAMES.items(), start=1))
        persons = (PERSON, Person(subject_id=SISTER, role=SubjectRole.FAMILY))
        first = recorded(SUBMITTED.model_copy(update={"items": items, "persons": persons}), 1, referral, CASE)
        with PostgresFactStore(database, HOUSE_OIN) as store:
            store.commit([first], Receipt(uuid4(), "done", "test", bytes(32)))
        until = opened.clock.now() + timedelta(days=90)
        write(opened, TRIAGE_OPENED, STARTED.model_copy(update={"authorised_until": until}))
        yield opened


def _item(house: House, referral: UUID, number: int, person: UUID, name: str) -> object:
    item_id = UUID(int=number)
    content = house.sealer.seal(CASE, person, referral, f"items/{item_id}", json.dumps({"given_name": name}).encode())
    return IDENTITY.model_copy(update={"item_id": item_id, "subject_id": person, "content": content})


def write(house: House, *facts: Fact) -> None:
    """Commit facts of the case."""
    first = house.store.history(CASE)[-1].envelope.sequence + 1
    rows = [recorded(fact, first + step, uuid4(), CASE) for step, fact in enumerate(facts)]
    house.store.commit(rows, Receipt(uuid4(), "done", "test", bytes(32)))


def asked(house: House) -> Opened:
    """Ask the desk for all of the case."""
    return house.desk.disclose(house.order("Disclose", WORKER, CASE, ASKED), ASKED)


def names_shown(house: House) -> set[object]:
    """Return the names that the desk opens."""
    return {value.content["given_name"] for value in asked(house).values}


def both_hold(before: Bundle, after: Bundle, folder: Path) -> Found:
    """Check the bundle of before and the one of after, that one grows from the other, and that neither shows a name."""
    (folder / "before.zip").write_bytes(zipped(before.entries))
    asked_for = question(since=before.entries["checkpoint"], compare=folder / "before.zip")
    verdict = verdict_on(zipped(after.entries), folder, asked_for)
    assert verdict.holds, list(verdict.lines())
    assert verdict.found is not None
    assert shows_nothing(before.entries)
    assert shows_nothing(after.entries)
    assert after.entries["events/0.json"] == before.entries["events/0.json"], "the sealed bytes and their proof stay"
    return verdict.found


def shows_nothing(entries: Mapping[str, bytes]) -> bool:
    """Say whether a bundle holds no name anywhere."""
    return not any(name.encode() in content for content in entries.values() for name in NAMES.values())


def test_a_person_is_erased_and_who_saw_the_data_stays_proven(house: House, tmp_path: Path) -> None:
    """Given two persons of whom one is erased, all is rebuilt the same; both bundles hold, with a certificate."""
    assert names_shown(house) == set(NAMES.values())
    before = export(house)
    done = erase(house, SISTER, [CASE])
    assert not done.refused
    assert names_shown(house) == {SUBJECT_NAME}
    house.settle()
    assert house.replay(swap=True).equal
    after = export(house, held=before.entries["checkpoint"])
    found = both_hold(before, after, tmp_path)
    assert (found.disclosed, found.erased, found.certified) == (2, 1, 1)
    name = next(name for name in after.entries if name.startswith("erasures/"))
    for old, new in ((b'"ground":"UNLAWFUL"', b'"ground":"OBJECTION"'), (b"subject-erased", b"subject-erazed")):
        other = after.entries[name].replace(old, new)
        assert other != after.entries[name]
        assert name in wrong(zipped({**after.entries, name: other}), tmp_path)
    assert "De gegevens van één persoon zijn gewist." in after.entries["report.html"].decode()


def test_a_case_that_is_about_the_erased_person_goes_whole_and_its_bundle_holds(house: House, tmp_path: Path) -> None:
    """Given two facts that name the dead key, of the person and of the case, the bundle holds and has both proofs."""
    before = export(house)
    assert not erase(house, SUBJECT, [CASE]).refused
    house.settle()
    found = both_hold(before, export(house, held=before.entries["checkpoint"]), tmp_path)
    assert (found.erased, found.certified) == (2, 2)


def test_a_case_is_destroyed_and_what_was_done_with_it_stays_proven(house: House, tmp_path: Path) -> None:
    """Given values that were read and then destroyed, nobody reads them; both bundles hold, the refusal included."""
    assert names_shown(house) == set(NAMES.values())
    before = export(house)
    gone = ReferralWithdrawn(
        occurred_at=NOON,
        legal_ref="AVG:minimisation",
        referrer_org="POLICE",
        reason=house.sealer.seal(CASE, SUBJECT, uuid4(), "reason", SUBJECT_NAME.encode()),
        destroy_after=NOON - timedelta(days=1),
    )
    write(house, gone)
    house.carry_out(DestroyCase(), PRIVACY, CASE)
    with pytest.raises(Refusal) as refused:
        asked(house)
    assert refused.value.code == "DESTROYED"
    house.settle()
    assert house.replay(swap=True).equal
    after = export(house, held=before.entries["checkpoint"])
    found = both_hold(before, after, tmp_path)
    assert (found.disclosed, found.refused, found.erased, found.certified) == (1, 1, 1, 1)
    page = after.entries["report.html"].decode()
    assert "Veilig Thuis" in page
    assert "De inhoud van de zaak is vernietigd." in page
