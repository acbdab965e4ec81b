"""Where each case stands: stage, room, channel and regime, as its facts tell."""

from collections.abc import Callable, MutableMapping
from typing import Annotated

import msgspec

from events.assessment import TriageOpened
from events.case import CaseAccepted, CaseRejected, CaseStarted, RegimeChanged
from events.escalation import CaseEscalated
from events.referral import ReferralReturned, ReferralSubmitted, ReferralSupplemented, ReferralWithdrawn
from events.vocabulary import Room, Stage
from projections.reading import Outline, part


class CaseRow(msgspec.Struct, gc=False):
    """One case. The order of the fields is the order of the columns of ``views.case_state``."""

    case_id: str
    stage: str
    room: str | None
    channel: str
    regime: str
    referrer: str
    referred_at: str
    subject_id: str
    sequence: int
    """Of the last fact of the case."""
    last_index: int
    """Log index of the last fact of the case."""


class _Person(msgspec.Struct, gc=False):
    subject_id: str


class _Submitted(msgspec.Struct, gc=False):
    channel: str
    regime: str
    referrer_org: str
    occurred_at: str
    persons: Annotated[list[_Person], msgspec.Meta(min_length=1)]


class _InRoom(msgspec.Struct):
    room: str


class _NewRegime(msgspec.Struct):
    after: str


_submitted = msgspec.json.Decoder(_Submitted)
_in_room = msgspec.json.Decoder(_InRoom)
_new_regime = msgspec.json.Decoder(_NewRegime)


def fold(rows: MutableMapping[str, CaseRow], fact: Outline, index: int) -> CaseRow | None:
    """Take one fact into *rows* (case id -> row) and return the row that it changed.

    None when the fact belongs to no case, as a refused submission does. Taking a fact a second time changes nothing.
    """
    row = rows.get(fact.subject)
    if row is None:
        if fact.type != ReferralSubmitted.type_name:
            return None
        data = part(_submitted, fact.data)
        row = rows[fact.subject] = CaseRow(
            fact.subject,
            Stage.REFERRED.value,
            None,
            data.channel,
            data.regime,
            data.referrer_org,
            data.occurred_at,
            data.persons[0].subject_id,
            fact.sequence,
            index,
        )
        return row
    if index <= row.last_index:
        return None
    row.sequence, row.last_index = fact.sequence, index
    change = _CHANGES.get(fact.type)
    if change is not None:
        change(row, fact.data)
    return row


def _to(stage: Stage) -> Callable[[CaseRow, msgspec.Raw], None]:
    def change(row: CaseRow, _: msgspec.Raw) -> None:
        row.stage = stage.value

    return change


def _supplemented(row: CaseRow, _: msgspec.Raw) -> None:
    if row.stage == Stage.RETURNED:
        row.stage = Stage.REFERRED.value


def _accepted(row: CaseRow, data: msgspec.Raw) -> None:
    row.stage, row.room = Stage.STARTING.value, part(_in_room, data).room


def _regime(row: CaseRow, data: msgspec.Raw) -> None:
    row.regime = part(_new_regime, data).after


def _escalated(row: CaseRow, _: msgspec.Raw) -> None:
    row.stage, row.room = Stage.IN_CONSULTATION.value, Room.HOUSE.value


_CHANGES: dict[str, Callable[[CaseRow, msgspec.Raw], None]] = {
    ReferralReturned.type_name: _to(Stage.RETURNED),
    ReferralSupplemented.type_name: _supplemented,
    ReferralWithdrawn.type_name: _to(Stage.NOT_ACCEPTED),
    TriageOpened.type_name: _to(Stage.IN_TRIAGE),
    CaseAccepted.type_name: _accepted,
    CaseRejected.type_name: _to(Stage.NOT_ACCEPTED),
    CaseStarted.type_name: _to(Stage.IN_CONSULTATION),
    RegimeChanged.type_name: _regime,
    CaseEscalated.type_name: _escalated,
}
