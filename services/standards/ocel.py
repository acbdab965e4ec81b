"""One case as an object-centric event log (OCEL 2.0 JSON) for process mining: codes, moments and pseudonyms.

Every id is made under a secret of this one export, which nobody keeps: two exports cannot be joined by an id, not even
two of one case. Facts of a person's own requests are left out: one request writes to all cases of that person at one
moment, which would join them by time. Source: ocel-standard.org, OCEL 2.0, JSON format.
"""

import hmac
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from events.correction import RecipientNotified
from events.decision import AccessDecided
from events.disclosure import Asked
from events.fact import Recorded, rfc3339
from events.retention import HoldLifted, HoldPlaced
from events.vocabulary import CaseId, FactId
from policies.reference import Reference
from projections.standards.names import Names, urn_of
from services.case_file import CaseFile, evolve

Json = dict[str, JsonValue]
OWN_REQUESTS = ("nl.zvh.rights.", "nl.zvh.erasures.")
"""Families of facts that one request of a person writes to several cases at once; what the same command wrote beside
them goes out with them."""
FOLLOWING = (HoldPlaced, HoldLifted, RecipientNotified)
"""What follows from such a request by commands of its own."""
TO_SUBJECT = "TO_SUBJECT"
ATTRIBUTES = (
    "channel",
    "code",
    "command",
    "decision",
    "kind",
    "legal_ref",
    "purpose",
    "reason_code",
    "regime",
    "room",
    "stage",
    "what",
)
"""Members of a fact that go along as they are: codes that describe the work."""
ORGANISATIONS = ("asked_of", "deciders", "decided_for", "orgs", "owners", "supervisor", "wanted_from")
"""Members that name organisations, beside those whose name ends with ``org``."""
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_:-]{0,79}")
PROFESSIONAL = re.compile(r"p-[0-9a-f]{16}")
PSEUDONYM_HEX = 20


@dataclass
class _Log:
    """The log as it grows."""

    objects: dict[str, Json] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    attributes: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """(events or objects, type) -> attribute -> type."""

    def object(self, name: str, kind: str) -> Json:
        self.attributes.setdefault(("objects", kind), {})
        return self.objects.setdefault(name, {"id": name, "type": kind, "attributes": [], "relationships": []})

    def document(self) -> Json:
        return {
            "objectTypes": self._types("objects"),
            "eventTypes": self._types("events"),
            "objects": [*self.objects.values()],
            "events": [*self.events],
        }

    def _types(self, of: str) -> list[JsonValue]:
        return [
            {"name": kind, "attributes": [{"name": name, "type": value} for name, value in sorted(found.items())]}
            for (where, kind), found in sorted(self.attributes.items())
            if where == of
        ]


class CaseLog:
    """Makes the log of one case. Each maker has a secret of its own, so each is for one export."""

    def __init__(self, reference: Reference, names: Names) -> None:
        self._reference, self._names = reference, names
        self._secret = secrets.token_bytes(32)

    def document(self, case_id: CaseId, history: Sequence[Recorded]) -> Json:
        """Return the log of a case, as its facts tell it."""
        log, case = _Log(), CaseFile(case_id)
        named = self._pseudonym("case", case_id)
        own = {one.envelope.causation_id for one in history if one.fact.type_name.startswith(OWN_REQUESTS)}
        log.object(named, "case")
        for recorded in history:
            before, case = case, evolve(case, recorded)
            if recorded.envelope.causation_id in own or _left_out(recorded):
                continue
            self._changes(log, named, before, case, recorded)
            self._event(log, named, case, recorded)
        return log.document()

    def _changes(self, log: _Log, named: str, before: CaseFile, case: CaseFile, recorded: Recorded) -> None:
        """Add what the fact changed: how the case stands, and who and what is new in it."""
        at = rfc3339(recorded.envelope.recorded_at)
        for name in ("stage", "room"):
            now = getattr(case, name)
            if now is not None and now != getattr(before, name):
                self._attribute(log, named, "case", name, now.value, at)
        for person in case.persons:
            other = self._pseudonym("person", person.subject_id)
            if other not in log.objects:
                log.object(other, "person")
                self._attribute(log, other, "person", "role", person.role.value, at)
                _relate(log.objects[named], other, person.role.value.lower())
        for item_id, placed in case.items.items():
            if placed is before.items.get(item_id):
                continue
            item = self._pseudonym("item", item_id)
            known = item in log.objects
            one = log.object(item, "item")
            self._attribute(log, item, "item", "version", str(placed.item.version), at)
            if not known:
                self._attribute(log, item, "item", "category", placed.item.category, at)
                self._attribute(log, item, "item", "tier", placed.item.tier, at)
                about = self._pseudonym("person", placed.item.subject_id)
                log.object(about, "person")
                _relate(one, about, "about")
                log.object(placed.item.provider_org, "organisation")
                _relate(one, placed.item.provider_org, "provider")

    def _event(self, log: _Log, named: str, case: CaseFile, recorded: Recorded) -> None:
        envelope, fact = recorded.envelope, recorded.fact
        kind = fact.type_name.split(".")[3]
        told = fact.model_dump(mode="json", exclude_none=True)
        found = {"occurred_at": rfc3339(fact.occurred_at), "task": envelope.task}
        found |= {name: str(told[name]) for name in ATTRIBUTES if CODE.fullmatch(str(told.get(name, "")))}
        types = log.attributes.setdefault(("events", kind), {})
        types |= {name: "time" if name == "occurred_at" else "string" for name in found}
        event: Json = {
            "id": self._pseudonym("event", envelope.id),
            "type": kind,
            "time": rfc3339(envelope.recorded_at),
            "attributes": [{"name": name, "value": value} for name, value in sorted(found.items())],
            "relationships": [],
        }
        _relate(event, named, "case")
        org = self._names.org(urn_of(envelope.on_behalf_of), fact.occurred_at)
        related = [*([(org, "organisation", "on_behalf_of")] if org else []), *self._actor(envelope.actor)]
        for other, of, qualifier in (*related, *self._named(told, case)):
            log.object(other, of)
            _relate(event, other, qualifier)
        log.events.append(event)

    def _actor(self, actor: str, qualifier: str = "actor") -> Iterator[tuple[str, str, str]]:
        if PROFESSIONAL.fullmatch(actor):
            yield self._pseudonym("professional", actor), "professional", qualifier

    def _named(self, told: Json, case: CaseFile) -> Iterator[tuple[str, str, str]]:
        """Yield (object, type, qualifier) for every organisation, item, person and professional that a fact names."""
        items = {str(one): one for one in case.items}
        persons = {str(one.subject_id) for one in case.persons}
        persons |= {str(placed.item.subject_id) for placed in case.items.values()}
        for key, value in _members(told):
            if value in items:
                yield self._pseudonym("item", items[value]), "item", "item" if key == "item_id" else key
            elif value in persons:
                yield self._pseudonym("person", value), "person", "person" if key == "subject_id" else key
            elif (key.endswith("org") or key in ORGANISATIONS) and self._is_organisation(value, case):
                yield value, "organisation", key
            else:
                yield from self._actor(value, key)

    def _is_organisation(self, code: str, case: CaseFile) -> bool:
        at, reference = case.first_processed, self._reference
        if at is None or code == self._names.house:
            return code == self._names.house
        known = reference.participant(code, at) or reference.supervisor(code, at) or reference.third_party(code, at)
        return known is not None or reference.collaboration(code, at) is not None

    def _attribute(self, log: _Log, named: str, of: str, name: str, value: str, at: str) -> None:
        log.attributes[("objects", of)][name] = "string"
        found = log.objects[named]["attributes"]
        assert isinstance(found, list)  # noqa: S101 - for the type checker
        found.append({"name": name, "time": at, "value": value})

    def _pseudonym(self, kind: str, of: CaseId | FactId | str) -> str:
        digest = hmac.new(self._secret, f"{kind}|{of}".encode(), "sha256").hexdigest()
        return f"{kind}-{digest[:PSEUDONYM_HEX]}"


def _left_out(recorded: Recorded) -> bool:
    """Say whether a fact is no step of the work: it follows a request of the person, or is a record of a decision."""
    fact = recorded.fact
    return isinstance(fact, (AccessDecided, *FOLLOWING)) or (isinstance(fact, Asked) and fact.kind == TO_SUBJECT)


def _members(part: JsonValue, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, text) of every text in a fact, however deep; a member of a list has the name of the list."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from _members(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from _members(value, key)
    elif isinstance(part, str):
        yield key, part


def _relate(one: Json, other: str, qualifier: str) -> None:
    found = one["relationships"]
    assert isinstance(found, list)  # noqa: S101 - for the type checker
    relation: Json = {"objectId": other, "qualifier": qualifier}
    if relation not in found:
        found.append(relation)
