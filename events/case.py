"""Facts of the case after the weighing: accepted or not, started, refused commands (domain 4)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.assessment import PanelMember
from events.fact import Fact, Instant
from events.sealed import Sealed
from events.vocabulary import Code, FactId, Pseudonym, Room, Stage


class CaseAccepted(Fact):
    """The panel took the case into a room. From here on the regime is that of the collaboration.

    Source: domain 4, command 9; legal_ref "BGS:criteria".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.case-accepted.v1"

    room: Room
    chamber: Code | None = None
    """Which room of that kind, by its code; None in facts from before there were more than one."""
    assessment_id: FactId
    panel: Annotated[tuple[PanelMember, ...], Field(min_length=1)]


class RegimeChanged(Fact):
    """The legal regime of the case changed; earlier exchanges keep theirs. Source: domain 4.3."""

    type_name: ClassVar[str] = "nl.zvh.cases.regime-changed.v1"

    before: Code
    after: Code


class CaseRejected(Fact):
    """The panel did not take the case; the referrer hears which criterion fails. Source: domain 4, command 10."""

    type_name: ClassVar[str] = "nl.zvh.cases.case-rejected.v1"

    assessment_id: FactId
    failed: Annotated[tuple[Code, ...], Field(min_length=1)]
    advice: Sealed
    """Advice or another route, for the referrer."""
    destroy_after: Instant


class CaseStarted(Fact):
    """A case director is named and the participants of the case are listed, each until a date.

    Source: domain 4, command 11; legal_ref "WGS:authorisation".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.case-started.v1"

    case_director: Pseudonym
    participants: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    authorised_until: Instant


class AuthorisationRenewed(Fact):
    """The participants of a running case are listed anew, each until a new date. Who is not on it leaves.

    Source: domain 4, command 11; domain 1, authorisation with an end date; legal_ref "WGS:authorisation".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.authorisation-renewed.v1"

    participants: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    leaving: tuple[PanelMember, ...]
    """Who was on the list before, and is not on this one."""
    authorised_until: Instant
    reason: Sealed


class CaseDirectorNamed(Fact):
    """A running case has another case director, or one at last. Source: domain 4, command 11."""

    type_name: ClassVar[str] = "nl.zvh.cases.case-director-named.v1"

    case_director: Pseudonym


class CommandRefused(Fact):
    """A guard refused a command; the refusal is a fact too, without any content. Source: domain 4 and 5.7."""

    type_name: ClassVar[str] = "nl.zvh.cases.command-refused.v1"

    command: Annotated[str, Field(pattern="^[A-Z][A-Za-z]+$")]
    code: Code
    stage: Stage | None = None
