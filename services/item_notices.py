"""Who hears of a question for single items, of its answer, of a result and of a corrected record (domain 5.1)."""

from collections.abc import Iterator, Mapping

from events.correction import RecipientNotified
from events.fact import Recorded, rfc3339
from events.granting import DisclosureDecided, DisclosureRequested, GrantEnded
from events.result import ResultReleased
from events.vocabulary import OrgCode
from services.case_parts import CaseFile

CORRECTED = "CORRECTED"
"""What a notice to a recipient says when the record of its own disclosure was corrected."""


def told_of_items(before: CaseFile, recorded: Recorded) -> Iterator[tuple[OrgCode, str, Mapping[str, object]]]:
    """Yield (organisation, name of the message, its data): ids, codes and moments, never what an item says."""
    live = {one.org for one in before.live(recorded.envelope.recorded_at)}
    match recorded.fact:
        case DisclosureRequested() as fact if fact.asked_of in live:
            asked = {
                "request_id": str(fact.request_id),
                "recipient_org": fact.recipient_org,
                "recipient_task": fact.recipient_task,
                "categories": list(fact.categories),
                "item_ids": [str(one) for one in fact.items],
                "purpose": fact.purpose,
                "due": rfc3339(fact.due),
            }
            yield (fact.asked_of, "disclosure-requested", asked)
        case DisclosureDecided() as fact if fact.recipient_org in live:
            decided: dict[str, object] = {
                "decision": fact.decision.value,
                "provider_org": fact.provider_org,
                "tasks": [fact.recipient_task],
                "item_ids": [str(one) for one in fact.granted],
                "reason_code": fact.reason_code,
            }
            if fact.granted:
                decided["grant_id"] = str(fact.grant_id)
            if fact.request_id is not None:
                decided["request_id"] = str(fact.request_id)
            if fact.valid_until is not None:
                decided["valid_until"] = rfc3339(fact.valid_until)
            yield (fact.recipient_org, "disclosure-decided", decided)
        case GrantEnded() as fact if fact.grant_id in before.grants:
            org = before.grants[fact.grant_id].fact.recipient_org
            if org in live:
                yield (org, "grant-ended", {"grant_id": str(fact.grant_id)})
        case RecipientNotified() as fact if fact.what == CORRECTED:
            shown = [str(one) for one in fact.disclosures]
            yield (fact.recipient_org, "disclosure-corrected", {"disclosure_ids": shown})
        case ResultReleased() as fact if fact.result_id in before.results:
            made = before.results[fact.result_id].made
            tasks = [made.recipient_task] if made.recipient_task else []
            released = {"result_id": str(fact.result_id), "item_ids": [str(made.item.item_id)], "tasks": tasks}
            yield (made.recipient_org, "result-released", released)
        case _:
            return
