"""Where each case stands: stage, room, channel and regime, as its facts tell."""

from collections.abc import Callable, Iterable, MutableMapping
from typing import Annotated

import msgspec

from events.assessment import CriteriaAssessed, TriageOpened
from events.case import AuthorisationRenewed, CaseAccepted, CaseRejected, CaseStarted, RegimeChanged
from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.consultation import ConsultationPlanned
from events.enquiry import EnrichmentRequested, KnownCheckRequested
from events.escalation import (
    CaseDeescalated,
    CaseEscalated,
    DeescalationProposed,
    EscalationDeclined,
    EscalationProposed,
)
from events.plan import AftercareStarted, MonitoringStarted, PlanAgreed, PlanRevised
from events.referral import ReferralReturned, ReferralSubmitted, ReferralSupplemented, ReferralWithdrawn
from events.result import ResultMade
from events.retention import CaseDestroyed
from events.signal import SignalRegistered
from events.supervision import SupervisionOpened
from events.vocabulary import Room, Stage
from projections.reading import Outline, part

NOWHERE = "NOWHERE"


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
    parties: list[str]
    """Organisations that refer, weigh or work on it, until they leave it or it closes; sorted."""
    fits_in: str | None = None
    """The room in which it belongs by the newest weighing or proposal; NOWHERE when criteria or local test fail.

    None before the first weighing. A live case in another room than this one is in the wrong room (domain 7).
    """
    persons: list[str] = []
    """Everybody the file speaks about, by pseudonym; sorted."""
    had_place: list[str] = []
    """Organisations that were ever a party to it, asked, invited or let in, or got a result of it; sorted."""


class _Person(msgspec.Struct, gc=False):
    subject_id: str


class _Submitted(msgspec.Struct, gc=False):
    channel: str
    regime: str
    referrer_org: str
    occurred_at: str
    persons: Annotated[list[_Person], msgspec.Meta(min_length=1)]


class _Signal(msgspec.Struct, gc=False):
    channel: str
    regime: str
    org: str
    occurred_at: str
    subject_id: str


class _Member(msgspec.Struct, gc=False):
    org: str


class _Panel(msgspec.Struct, gc=False):
    panel: list[_Member]


class _Team(msgspec.Struct, gc=False):
    participants: list[_Member]


class _Renewed(msgspec.Struct, gc=False):
    participants: list[_Member]
    leaving: list[_Member]


class _Asked(msgspec.Struct, gc=False):
    asked: list[_Member]


class _Question(msgspec.Struct, gc=False):
    asked: _Member


class _Invited(msgspec.Struct, gc=False):
    invited: list[_Member]


class _Supervision(msgspec.Struct, gc=False):
    supervisor: str


class _Result(msgspec.Struct, gc=False):
    recipient_org: str


class _Assessed(msgspec.Struct, gc=False):
    failed: list[str]
    local_test_holds: bool
    breakthrough_holds: bool


class _InRoom(msgspec.Struct):
    room: str


class _NewRegime(msgspec.Struct):
    after: str


_signal = msgspec.json.Decoder(_Signal)
_submitted = msgspec.json.Decoder(_Submitted)
_panel = msgspec.json.Decoder(_Panel)
_team = msgspec.json.Decoder(_Team)
_renewed = msgspec.json.Decoder(_Renewed)
_asked = msgspec.json.Decoder(_Asked)
_question = msgspec.json.Decoder(_Question)
_invited = msgspec.json.Decoder(_Invited)
_supervision = msgspec.json.Decoder(_Supervision)
_result = msgspec.json.Decoder(_Result)
_assessed = msgspec.json.Decoder(_Assessed)
_in_room = msgspec.json.Decoder(_InRoom)
_new_regime = msgspec.json.Decoder(_NewRegime)


def fold(rows: MutableMapping[str, CaseRow], fact: Outline, index: int) -> CaseRow | None:
    """Take one fact into *rows* (case id -> row) and return the row that it changed.

    None when the fact belongs to no case, as a refused submission does. Taking a fact a second time changes nothing.
    """
    row = rows.get(fact.subject)
    if row is None:
        start = _STARTS.get(fact.type)
        if start is None:
            return None
        row = rows[fact.subject] = start(fact, index)
        return row
    if index <= row.last_index:
        return None
    row.sequence, row.last_index = fact.sequence, index
    change = _CHANGES.get(fact.type)
    if change is not None:
        change(row, fact.data)
    return row


def _referred(fact: Outline, index: int) -> CaseRow:
    data = part(_submitted, fact.data)
    return CaseRow(
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
        [data.referrer_org],
        persons=_pseudonyms(data.persons),
        had_place=[data.referrer_org],
    )


def _signalled(fact: Outline, index: int) -> CaseRow:
    data = part(_signal, fact.data)
    return CaseRow(
        fact.subject,
        Stage.SIGNALLED.value,
        None,
        data.channel,
        data.regime,
        data.org,
        data.occurred_at,
        data.subject_id,
        fact.sequence,
        index,
        [data.org],
        persons=[data.subject_id],
        had_place=[data.org],
    )


def _pseudonyms(persons: list[_Person]) -> list[str]:
    return sorted({one.subject_id for one in persons})


def _to(stage: Stage) -> Callable[[CaseRow, msgspec.Raw], None]:
    def change(row: CaseRow, _: msgspec.Raw) -> None:
        row.stage = stage.value

    return change


def _signal_referred(row: CaseRow, raw: msgspec.Raw) -> None:
    data = part(_submitted, raw)
    row.stage, row.channel, row.regime = Stage.REFERRED.value, data.channel, data.regime
    row.referrer, row.referred_at = data.referrer_org, data.occurred_at
    row.subject_id = data.persons[0].subject_id
    row.persons = sorted({*row.persons, *_pseudonyms(data.persons)})
    _had(row, (row.referrer,))


def _signal_again(row: CaseRow, raw: msgspec.Raw) -> None:
    data = part(_signal, raw)
    row.stage, row.channel, row.regime = Stage.SIGNALLED.value, data.channel, data.regime
    row.referrer, row.referred_at, row.subject_id = data.org, data.occurred_at, data.subject_id
    row.persons = sorted({*row.persons, data.subject_id})
    _had(row, (row.referrer,))


def _supplemented(row: CaseRow, _: msgspec.Raw) -> None:
    if row.stage == Stage.RETURNED:
        row.stage = Stage.REFERRED.value


def _accepted(row: CaseRow, data: msgspec.Raw) -> None:
    row.stage, row.room = Stage.STARTING.value, part(_in_room, data).room


def _regime(row: CaseRow, data: msgspec.Raw) -> None:
    row.regime = part(_new_regime, data).after


def _weighed_by(row: CaseRow, data: msgspec.Raw) -> None:
    row.stage = Stage.IN_TRIAGE.value
    _join(row, part(_panel, data).panel)


def _started(row: CaseRow, data: msgspec.Raw) -> None:
    row.stage = Stage.IN_CONSULTATION.value
    _join(row, part(_team, data).participants)


def _listed_anew(row: CaseRow, raw: msgspec.Raw) -> None:
    data = part(_renewed, raw)
    left = {one.org for one in data.leaving} - {row.referrer}
    row.parties = [org for org in row.parties if org not in left]
    _join(row, data.participants)


def _escalated(row: CaseRow, data: msgspec.Raw) -> None:
    row.parties = [row.referrer]
    _started(row, data)
    row.room = Room.HOUSE.value
    _join(row, part(_panel, data).panel)


def _join(row: CaseRow, members: list[_Member]) -> None:
    row.parties = sorted({*row.parties, *(one.org for one in members)})
    _had(row, row.parties)


def _had(row: CaseRow, orgs: Iterable[str]) -> None:
    row.had_place = sorted({*row.had_place, *orgs})


def _check(row: CaseRow, data: msgspec.Raw) -> None:
    _had(row, (one.org for one in part(_asked, data).asked))


def _questioned(row: CaseRow, data: msgspec.Raw) -> None:
    _had(row, (part(_question, data).asked.org,))


def _planned(row: CaseRow, data: msgspec.Raw) -> None:
    _had(row, (one.org for one in part(_invited, data).invited))


def _supervised(row: CaseRow, data: msgspec.Raw) -> None:
    _had(row, (part(_supervision, data).supervisor,))


def _written_for(row: CaseRow, data: msgspec.Raw) -> None:
    _had(row, (part(_result, data).recipient_org,))


def _weighed(row: CaseRow, data: msgspec.Raw) -> None:
    found = part(_assessed, data)
    holds = found.local_test_holds and not found.failed
    row.fits_in = (Room.HOUSE if found.breakthrough_holds else Room.LOCAL_CHAMBER).value if holds else NOWHERE


def _belongs_in(room: Room) -> Callable[[CaseRow, msgspec.Raw], None]:
    def change(row: CaseRow, _: msgspec.Raw) -> None:
        row.fits_in = room.value

    return change


def _closed(row: CaseRow, _: msgspec.Raw) -> None:
    row.stage, row.parties = Stage.CLOSED.value, [row.referrer]


def _deescalated(row: CaseRow, data: msgspec.Raw) -> None:
    row.parties = [row.referrer]
    _join(row, part(_team, data).participants)
    row.stage, row.room = Stage.MONITORING.value, Room.LOCAL_CHAMBER.value
    row.fits_in = Room.LOCAL_CHAMBER.value


_STARTS: dict[str, Callable[[Outline, int], CaseRow]] = {
    ReferralSubmitted.type_name: _referred,
    SignalRegistered.type_name: _signalled,
}
_CHANGES: dict[str, Callable[[CaseRow, msgspec.Raw], None]] = {
    ReferralSubmitted.type_name: _signal_referred,
    SignalRegistered.type_name: _signal_again,
    ReferralReturned.type_name: _to(Stage.RETURNED),
    ReferralSupplemented.type_name: _supplemented,
    ReferralWithdrawn.type_name: _to(Stage.NOT_ACCEPTED),
    TriageOpened.type_name: _weighed_by,
    CriteriaAssessed.type_name: _weighed,
    CriteriaReassessed.type_name: _weighed,
    CaseAccepted.type_name: _accepted,
    CaseRejected.type_name: _to(Stage.NOT_ACCEPTED),
    CaseStarted.type_name: _started,
    AuthorisationRenewed.type_name: _listed_anew,
    RegimeChanged.type_name: _regime,
    EscalationProposed.type_name: _belongs_in(Room.HOUSE),
    EscalationDeclined.type_name: _belongs_in(Room.LOCAL_CHAMBER),
    DeescalationProposed.type_name: _belongs_in(Room.LOCAL_CHAMBER),
    CaseEscalated.type_name: _escalated,
    PlanAgreed.type_name: _to(Stage.PLAN_AGREED),
    PlanRevised.type_name: _to(Stage.PLAN_AGREED),
    MonitoringStarted.type_name: _to(Stage.MONITORING),
    CaseDeescalated.type_name: _deescalated,
    AftercareStarted.type_name: _to(Stage.AFTERCARE),
    CaseReopened.type_name: _weighed_by,
    KnownCheckRequested.type_name: _check,
    EnrichmentRequested.type_name: _questioned,
    ConsultationPlanned.type_name: _planned,
    SupervisionOpened.type_name: _supervised,
    ResultMade.type_name: _written_for,
    CaseClosed.type_name: _closed,
    CaseDestroyed.type_name: _to(Stage.DESTROYED),
}
