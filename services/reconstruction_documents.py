"""A case as it was and the lines of its history, as JSON: for the doors and whoever reports. Never content."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from events.errors import NotFound
from events.fact import Recorded, rfc3339
from events.policy_set import PolicySetActivated
from events.vocabulary import LegalRef, Oin, OrgCode, Task
from policies.engine import Policies
from policies.policy_set import PolicyText
from policies.reference import Reference
from services.bootstrap import House
from services.case_file import CaseFile
from services.documents import case_document
from services.reconstruction import CaseAt, Known, Reader, known_at, reconstruct
from services.timeline import Insight, told_to


def case_at(house: House, case_id: UUID, moment: datetime, known: Known) -> CaseAt:
    """Return a case as it was, by the policies of then. Raises: NotFound when it never was; Unavailable; BadSetting."""
    return reconstruct(case_id, _history(house, case_id), moment, known, policies_at(house, moment), house.reference)


def policies_at(house: House, moment: datetime) -> Policies:
    """Return the policies that were in use at *moment*: those that had been activated last; else today's."""
    return policies_over_time(house)(moment)


def policies_over_time(house: House) -> Callable[[datetime], Policies]:
    """Return what gives the policies of any moment; each set is read once."""
    activated = [one for one in house.governance.history() if isinstance(one.fact, PolicySetActivated)]
    read: dict[str, Policies] = {house.policies.text.digest: house.policies}

    def at(moment: datetime) -> Policies:
        active = [one.fact for one in activated if one.envelope.recorded_at <= moment]
        newest = active[-1] if active else None
        if not isinstance(newest, PolicySetActivated):
            return house.policies
        if newest.policy_set not in read:
            read[newest.policy_set] = Policies(PolicyText(newest.files), house.reference)
        return read[newest.policy_set]

    return at


def case_at_document(found: CaseAt, reference: Reference, org: OrgCode | None = None) -> dict[str, object]:
    """Return a case as it was: all that ``case_document`` has, and with it holds and who could see what.

    Args:
        org: leave out what others than this organisation could see; None to leave out nothing.
    """
    readers = [one for one in found.readers if org in (None, one.org)]
    return {
        **case_document(found.case, org),
        "at": rfc3339(found.moment),
        "known": found.known.value,
        "says": found.known.says,
        "facts": found.facts,
        "holds": sorted(map(str, found.case.holds)),
        "policy_set": found.policy_set,
        "policy_digest": found.policy_digest,
        "access": [reader_document(one, found, reference) for one in readers],
    }


def history_of(
    house: House,
    case_id: UUID,
    moment: datetime | None = None,
    known: Known = Known.THEN,
    *,
    insight: Insight = "WHOLE",
    oin: Oin = "",
) -> dict[str, object]:
    """Return the facts of a case with actor, organisation, ground and proof; up to *moment* when one is given.

    ``complete`` speaks of the whole stored case, not of the part that is shown; it is the same for everybody.

    Args:
        insight: which facts the organisation with this *oin* may know of.
    Raises: NotFound; Unavailable.
    """
    history = _history(house, case_id)
    indexes, checkpoint = house.log.indexes(case_id), _newest_checkpoint(house)
    sequences = [one.envelope.sequence for one in history]
    facts = known_at(history, moment, known) if moment is not None else history
    document: dict[str, object] = {
        "case_id": str(case_id),
        "complete": sequences == list(range(1, len(history) + 1)) and set(sequences) == indexes.keys(),
        "facts": [
            _line(one, indexes.get(one.envelope.sequence), checkpoint, house.reference)
            for one in told_to(facts, insight, oin)
        ],
        "checkpoint": checkpoint,
    }
    if insight == "OUTLINE":
        document["outline"] = True
    if moment is not None:
        document |= {"at": rfc3339(moment), "known": known.value, "says": known.says}
    return document


def _line(recorded: Recorded, index: int | None, checkpoint: int | None, reference: Reference) -> dict[str, object]:
    envelope, fact = recorded.envelope, recorded.fact
    at = envelope.recorded_at
    participant = reference.participant_by_oin(envelope.on_behalf_of, at)
    return {
        "index": index,
        "sequence": envelope.sequence,
        "id": str(envelope.id),
        "type": fact.type_name,
        "occurred_at": rfc3339(fact.occurred_at),
        "recorded_at": rfc3339(at),
        "actor": envelope.actor,
        "on_behalf_of": envelope.on_behalf_of,
        "legal_ref": fact.legal_ref,
        "task": envelope.task,
        "organisation": participant.code if participant else _of_the_house(envelope.task, reference, at),
        "law": law_of(fact.legal_ref, reference, at),
        "proof": {
            "included": index is not None and checkpoint is not None and index < checkpoint,
            "checkpoint": checkpoint,
        },
    }


def law_of(key: LegalRef, reference: Reference, at: datetime) -> dict[str, object] | None:
    """Return what a legal reference stood for on a day, with its mark; None when the table of that day lacks it."""
    found = reference.legal_ref(key, at)
    return None if found is None else {"ref": found.ref, "says": found.text_nl, "mark": found.mark}


def _of_the_house(task: Task, reference: Reference, at: datetime) -> OrgCode | None:
    """Return the house itself for a task of its own people; its number is a setting, so the tables do not know it."""
    code = reference.staff.code
    return code if reference.staff_role(code, task, at) is not None else None


def _history(house: House, case_id: UUID) -> list[Recorded]:
    history = house.store.history(case_id)
    if not history:
        raise NotFound(f"Zaak {case_id} bestaat niet. Bekijk de zaken met `zvh case list`.")
    return history


def _newest_checkpoint(house: House) -> int | None:
    try:
        return house.transparency.reader.checkpoint()[0]
    except NotFound:
        return None


def reader_document(reader: Reader, found: CaseAt, reference: Reference) -> Mapping[str, object]:
    """Return who could see what of the case as it was, item by item, with the rule that decides."""
    case, moment = found.case, found.moment
    return {
        "org": reader.org,
        "task": reader.task,
        "place": reader.place,
        "until": rfc3339(reader.until) if reader.until else None,
        "items": [
            {
                "item_id": str(one.item_id),
                "category": case.items[one.item_id].item.category,
                "provider": case.items[one.item_id].item.provider_org,
                "allowed": one.verdict.allowed,
                "purposes": list(one.purposes),
                "kinds": list(one.kinds),
                "with_secrecy_ground": one.with_secrecy_ground,
                "shown": one.shown,
                "reason_code": one.verdict.code,
                "policies": list(one.verdict.policy_ids),
                "says": one.verdict.says,
                "legal_ref": one.verdict.legal_ref,
                "law": law_of(one.verdict.legal_ref, reference, moment),
            }
            for one in reader.items
        ],
    }


def access_rows(readers: Sequence[Reader], case: CaseFile) -> list[tuple[str, ...]]:
    """Return one line per reader and kind of data: who could see how many of them, and by which rule."""
    rows: list[tuple[str, ...]] = []
    for reader in readers:
        kinds: dict[tuple[str, str, str], int] = {}
        for one in reader.items:
            answer = "ja" if one.verdict.allowed else "nee"
            if one.with_secrecy_ground:
                answer = "ja, met grond om het beroepsgeheim te doorbreken"
            rule = ", ".join(one.verdict.policy_ids) or one.verdict.code
            key = (case.items[one.item_id].item.category, answer, rule)
            kinds[key] = kinds.get(key, 0) + 1
        rows += [
            (reader.org, reader.task, PLACES[reader.place], f"{count} × {category}", answer, rule)
            for (category, answer, rule), count in kinds.items()
        ]
    return rows


PLACES = {
    "PARTICIPANT": "deelnemer",
    "LEFT": "niet meer op de zaak",
    "PANEL": "panel",
    "REFERRER": "aanmelder",
    "ASKED": "bevraagd",
    "RECIPIENT": "krijgt een resultaat",
    "SUPERVISOR": "toezichthouder",
    "STAFF": "het huis",
}
"""Place in the case -> its name for a person."""
