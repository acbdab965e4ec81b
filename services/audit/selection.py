"""Which facts belong in a bundle: read from the log itself, never from an overview, in two passes with flat memory.

A case stands in its bundle whole, so that its numbers show that nothing is missing. Of an organisation only what it
asked, saw and was told is taken, and there the numbers of its records show the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from events.correction import DataAccessed, DisclosureCorrected, RecipientNotified
from events.decision import AccessDecided
from events.disclosure import DataDisclosed, DisclosureRefused
from events.errors import NotFound
from events.export import BundleExported
from events.fact import rfc3339
from events.governance import GovernanceDecided
from events.granting import DisclosureDecided, DisclosureRequested
from events.ledger import LedgerConsulted
from events.policy_set import PolicySetActivated
from events.receipt import Numbered
from projections.reading import part
from services.audit.scope import Scope

Read = Callable[[], Iterator[Numbered]]
"""Reads the log from its first fact to a fixed end."""
RULES = frozenset({PolicySetActivated.type_name, GovernanceDecided.type_name})
RECORDS = frozenset({DataDisclosed.type_name, DisclosureRefused.type_name})
LOOKS = frozenset({LedgerConsulted.type_name, BundleExported.type_name})
"""Facts of the house's own streams that speak of a case or a person."""
TOLD = frozenset(
    one.type_name for one in (DataAccessed, RecipientNotified, DisclosureRequested, DisclosureDecided, LedgerConsulted)
)
"""Facts other than records that name their organisation."""


class _Outline(msgspec.Struct, gc=False):
    type: str
    subject: str
    sequence: int
    time: str
    data: msgspec.Raw


class _Data(msgspec.Struct, gc=False):
    recipient_org: str = ""
    recipient_number: int | None = None
    decision_id: str | None = None
    disclosure_id: str = ""
    case_id: str = ""
    subject_id: str = ""
    about_org: str = ""


_outlines = msgspec.json.Decoder(_Outline)
_datas = msgspec.json.Decoder(_Data)


@dataclass
class Selected:
    """What goes into a bundle, and what must be told beside it."""

    facts: list[Numbered] = field(default_factory=list)
    """In order of index."""
    whole: dict[str, int] = field(default_factory=dict)
    """Stream -> sequence of its last fact, of each stream that is in it whole."""
    cases: set[str] = field(default_factory=set)
    """Cases of which anything is in it."""
    counters: dict[str, int] = field(default_factory=dict)
    """Recipient organisation -> its newest number in the whole log."""
    rules: list[Numbered] = field(default_factory=list)
    """Every policy set and every decision about the tables, in order of index."""


def select(read: Read, scope: Scope) -> Selected:
    """Return the facts of a bundle. Raises: NotFound when the log has none; Corrupt; Unavailable."""
    first = _First(scope)
    for one in read():
        first.take(one)
    streams, indexes, decisions = first.wanted()
    found = Selected(counters=first.counters, rules=first.rules)
    for one in read():
        outline = _outlines.decode(one.value)
        if outline.subject in streams:
            found.whole[outline.subject] = outline.sequence
        elif one.index not in indexes and not (
            outline.type == AccessDecided.type_name and part(_datas, outline.data).decision_id in decisions
        ):
            continue
        if outline.type not in RULES:  # only the rules that were used go along, and later
            found.facts.append(one)
            if outline.type not in LOOKS and outline.type != AccessDecided.type_name:
                found.cases.add(outline.subject)
    if not found.cases:
        raise NotFound("Daarvan staat niets in het logboek. Controleer het nummer, de organisatie of de periode.")
    return found


class _First:
    """The first pass: which streams and which single facts are wanted, and the newest numbers of all."""

    def __init__(self, scope: Scope) -> None:
        self.counters: dict[str, int] = {}
        self.rules: list[Numbered] = []
        self._scope = scope
        self._name = str(scope.case_id or scope.subject_id or scope.org)
        self._needle = f'"{self._name}"'.encode()
        self._streams: set[str] = set()
        self._looks: set[int] = set()
        self._decisions: dict[int, str] = {}
        self._own: dict[int, str] = {}
        self._disclosures: dict[str, int] = {}
        self._corrections: dict[int, str] = {}

    def take(self, one: Numbered) -> None:
        """Look at one fact."""
        named = self._needle in one.value
        outline = _outlines.decode(one.value)
        if outline.type in RULES:
            self.rules.append(one)
        elif outline.type in RECORDS:
            data = part(_datas, outline.data)
            if data.recipient_number is not None:
                newest = self.counters.get(data.recipient_org, 0)
                self.counters[data.recipient_org] = max(newest, data.recipient_number)
        if outline.type == DisclosureCorrected.type_name:
            self._corrections[one.index] = part(_datas, outline.data).disclosure_id
        if not named:
            return
        if outline.type in LOOKS:
            self._look(one.index, part(_datas, outline.data))
        if self._scope.kind == "PARTICIPANT":
            self._of_participant(one.index, outline)
        elif outline.type in LOOKS:
            return
        elif outline.type != AccessDecided.type_name and self._name in (self._scope.subject_name, outline.subject):
            # A decision alone makes no case of a stream: the house decides in streams of its own as well.
            self._streams.add(outline.subject)

    def _look(self, index: int, data: _Data) -> None:
        """Take a look at the ledger, or an export, that was about what is asked for."""
        if self._name in (data.case_id, data.subject_id, data.about_org):
            self._looks.add(index)
            if data.decision_id is not None:
                self._decisions[index] = data.decision_id

    def _of_participant(self, index: int, outline: _Outline) -> None:
        if outline.type not in RECORDS | TOLD:
            return
        data = part(_datas, outline.data)
        if data.recipient_org != self._name:
            return
        self._own[index] = outline.time
        if outline.type in RECORDS:
            self._disclosures[data.disclosure_id] = index
        if data.decision_id is not None:
            self._decisions[index] = data.decision_id

    def wanted(self) -> tuple[set[str], set[int], set[str]]:
        """Return whole streams, single facts by index, and records of decisions by id."""
        if self._scope.kind != "PARTICIPANT":
            return self._streams, self._looks, set(self._decisions.values())
        # A period is a run of the log: clocks may jump, and a number in between must not fall out for it.
        since, until = self._scope.since, self._scope.until
        inside = [
            index
            for index, time in self._own.items()
            if (since is None or time >= rfc3339(since)) and (until is None or time < rfc3339(until))
        ]
        first, last = (min(inside), max(inside)) if inside else (0, -1)
        taken = {index for index in self._own if first <= index <= last} | self._looks
        shown = {name for name, index in self._disclosures.items() if index in taken}
        taken |= {index for index, name in self._corrections.items() if name in shown}
        return set(), taken, {name for index, name in self._decisions.items() if index in taken}
