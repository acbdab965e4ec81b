"""Facts of the intake: what a partner sent and we could not take (law 8: nothing is lost, nothing is guessed)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.erasure import KeysGone
from events.fact import Fact, Instant
from events.vocabulary import Code, OrgCode


class SubmissionRefused(Fact):
    """A partner's event was refused. The original stands sealed on the topic for rejected events, not here.

    Its ``subject`` is the id of the submission, made from the place where it was delivered. Source: domain 5.7.
    """

    type_name: ClassVar[str] = "nl.zvh.submissions.submission-refused.v1"

    sender_org: OrgCode | None = None
    """The participant on whose channel it came; None when no participant can be told from it."""
    outcome: Annotated[str, Field(pattern="^[a-z][a-z_]+$")]
    """What is wrong, for example ``bad_bsn``; the names of the intake's outcomes."""
    code: Code
    """The refusal code that the sender gets."""
    where: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")] | None = None
    """Path of the field that is wrong, for example ``data.subject.bsn``; never a value."""
    submission: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Digest of what was received: of (source, id) when that can be read, else of the bytes."""


class OriginalDestroyed(Fact):
    """The sealed original of a refused submission cannot be opened any more: its term was over, and its key goes.

    Committed before the key goes. Source: domain 5.5; legal_ref "AVG:storage-limitation".
    """

    type_name: ClassVar[str] = "nl.zvh.submissions.original-destroyed.v1"

    due: Instant
    """When its term was over."""
    keys: KeysGone
