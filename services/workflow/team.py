"""Who works on a running case, until when, and who directs it: set anew while it runs (domain 1 and 4, command 11)."""

from collections.abc import Sequence

from events.assessment import PanelMember
from events.case import AuthorisationRenewed, CaseDirectorNamed
from events.fact import Fact
from events.vocabulary import OrgCode, Pseudonym, Task
from services.guards import is_pseudonym, members, says_something
from services.workflow.scene import Scene, command


@command
class RenewAuthorisation:
    """List the participants anew, as (organisation, task), until a new date; who is not listed leaves at once."""

    participants: tuple[tuple[OrgCode, Task], ...]
    reason: str
    case_director: Pseudonym | None = None
    """Who directs the case from now on; whoever does so already when it is not given."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Renew, or refuse: without a reason, or with a list that leaves nobody to direct the case."""
        says_something(self.reason, scene.reference)
        listed = members(self.participants, scene.reference, scene.now)
        named = director_for(listed, self.case_director, scene)
        renewed = AuthorisationRenewed(
            occurred_at=scene.now,
            legal_ref="WGS:authorisation",
            participants=listed,
            leaving=tuple(one.member for one in scene.case.participants if one.member not in listed),
            authorised_until=scene.due("authorisation"),
            reason=scene.seal("reason", self.reason),
        )
        return [renewed, *named]


@command
class NameCaseDirector:
    """Name who directs the case from now on, by pseudonym."""

    case_director: Pseudonym

    def decide(self, scene: Scene) -> list[Fact]:
        """Name another case director, or one at last."""
        return director_for((), self.case_director, scene)


def director_for(listed: Sequence[PanelMember], named: Pseudonym | None, scene: Scene) -> list[Fact]:
    """Return the fact that names a case director; none when nobody is named and the one there is may stay.

    Raises: Refusal when nobody is named and the case has no director, or one who by the duty of secrecy that it
        accepted works for an organisation that is not *listed*. Of others the house knows no organisation.
    """
    if named is not None:
        is_pseudonym(named, scene.reference)
        return [CaseDirectorNamed(occurred_at=scene.now, legal_ref="WGS:authorisation", case_director=named)]
    director = scene.case.case_director
    hats = {(org, task) for person, org, task in scene.case.bound if person == director}
    staff = any(scene.reference.is_staff(org, task, scene.now) for org, task in hats)
    stays = not hats or staff or bool(hats & {(one.org, one.task) for one in listed})
    if not director or not stays:
        raise scene.refuse("MISSING_FIELD", "case_director")
    return []
