"""The whole space of requests, held against the law's table told a second time, in plain Python (domain 5.2, 5.3, 5.7).

The second telling knows no Cedar and no table of ours: it is what a jurist would write on one page. Wherever the two
differ, one of them shows more than it may, or less than it should.
"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from events.vocabulary import Room, Stage
from policies.asking import AccessRequest, ItemAsked, Standing
from policies.engine import Policies
from policies.reference import Reference

REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ITEM_ID = UUID("01a00000-0000-7000-8000-000000000003")
ACCEPTED = {Stage.STARTING, Stage.IN_CONSULTATION, Stage.PLAN_AGREED, Stage.MONITORING, Stage.AFTERCARE}
WEIGHED = {Stage.REFERRED, Stage.RETURNED, Stage.IN_TRIAGE}
PUBLIC = {
    *("POLICE", "PROSECUTION", "CHILD_PROTECTION_BOARD", "PRISON_SERVICE"),
    *("MAYOR", "MUNICIPAL_EXECUTIVE", "PUBLIC_HEALTH"),
}
JUSTICE = {"POLICE", "PROSECUTION", "CHILD_PROTECTION_BOARD", "PRISON_SERVICE", "PROBATION"}
CARE = {"PUBLIC_HEALTH", "MENTAL_HEALTH"}
HATS = [(one.code, one.oin, task) for one in REFERENCE.participants(AT) for task in one.domains]
PARTICIPANTS = {org for org, _, _ in HATS}
STAFF = ("HOUSE_STAFF", "00000004003214345900", "process-direction")
CATEGORIES = [one.code for one in REFERENCE.categories(AT)]
WORK = {"COORDINATE_ENFORCEMENT", "COORDINATE_CARE", "PREVENT_CRIME_NUISANCE", "PREVENT_UNSAFE"}


def standing_reader(org: str, task: str, category: str) -> bool:
    """The matrix of domain 5.2, column of the readers."""
    match category:
        case "IDENTITY" | "FAMILY_NETWORK" | "LIFE_DOMAIN" | "PLAN":
            return True
        case "NUISANCE":
            return org != "MENTAL_HEALTH"
        case "POLICE_DATA" | "DETENTION":
            return org in PUBLIC or org == "PROBATION"
        case "CRIMINAL_JUSTICE":
            return org in {"POLICE", "PROSECUTION", "PRISON_SERVICE", "PROBATION", "CHILD_PROTECTION_BOARD"}
        case "PROBATION":
            return org in JUSTICE or org == "MAYOR"
        case "CHILD_PROTECTION":
            return org in {"CHILD_PROTECTION_BOARD", "CERTIFIED_YOUTH_AGENCY", "SAFE_HOME"} or task == "youth-act"
        case "SAFE_HOME_REPORT":
            return org in {"SAFE_HOME", "CHILD_PROTECTION_BOARD", "CERTIFIED_YOUTH_AGENCY", "MUNICIPAL_EXECUTIVE"}
        case "HEALTH":
            return org in CARE
        case _:
            return False


def per_item(org: str, category: str) -> bool:
    """The matrix of domain 5.2: where a decision of the source for one item may open it."""
    match category:
        case "NUISANCE":
            return org == "MENTAL_HEALTH"
        case "POLICE_DATA" | "CRIMINAL_JUSTICE" | "PROBATION" | "HEALTH":
            return True
        case "SAFE_HOME_REPORT":
            return org == "POLICE"
        case _:
            return False


def purpose_fits(request: AccessRequest) -> bool:
    """The closed list of purposes, tied to the stages of the work and to the kind of disclosure."""
    if request.kind == "TO_SUBJECT":
        return request.purpose == "SUBJECT_RIGHTS" and request.stage is not Stage.DESTROYED
    if request.kind == "TO_SUPERVISOR":
        return request.purpose == "SUPERVISION" and request.stage is not Stage.DESTROYED
    if request.purpose == "ASSESS_CRITERIA":
        return request.stage in WEIGHED | (ACCEPTED - {Stage.AFTERCARE})
    return request.purpose in WORK and request.stage in ACCEPTED


def may_read(request: AccessRequest, item: ItemAsked) -> bool:
    """What one page of law allows; nothing else."""
    grounds = request.legal_basis == ("WGS:participants", "WGS:purpose")
    if not (purpose_fits(request) and grounds and request.reasoned) or item.erased:
        return False
    barred = request.gets_it in item.not_to or item.term_passed
    barred = barred or (item.only_to is not None and request.gets_it not in item.only_to)
    if barred and item.provider_org != request.org:
        return False
    if request.kind == "WITHIN":
        return request.itself and not item.restricted and within(request, item)
    if request.kind == "TO_SUBJECT":
        handler = request.org == "HOUSE_STAFF" and request.task == "privacy-office"
        return handler and request.rights_open and item.of_requester and not (item.withheld or item.not_to_subject)
    if request.kind == "TO_SUPERVISOR":
        content = request.org in {"AP", "AUDITOR", "COURT"}
        return content and request.itself and request.supervised and not item.restricted
    return not item.restricted and result(request, item)


def within(request: AccessRequest, item: ItemAsked) -> bool:
    """Domain 5.2: before acceptance the first facts, from then on the matrix, and a decision of the source."""
    org = request.org
    addressed = item.addressed_to or ""
    staff = org == "HOUSE_STAFF" and request.task == "process-direction"
    adviser = org == "HOUSE_STAFF" and request.task == "privacy-office"
    if adviser and not item.result_kind:
        return False
    if addressed and org not in (addressed, item.provider_org) and not (staff or adviser):
        return False
    closed = not addressed and not any(standing_reader(o, t, item.category) for o, _, t in HATS)
    if closed and not any(per_item(o, item.category) for o, _, _ in HATS):
        return False
    if not item.shared:
        return False
    if item.category == "HEALTH" and org not in CARE and org != item.provider_org:
        named = request.secrecy_ground == "CONSENT" or item.granted_on_ground
        if not named or item.clinical:
            return False
    if adviser:
        return request.stage in ACCEPTED or (request.stage in WEIGHED and item.tier == "T1")
    if request.stage in WEIGHED:
        if item.tier != "T1":
            return False
        if staff or request.standing == "LIVE":
            return True
        identity = item.category == "IDENTITY" and item.of_subject
        return request.standing == "ASKED" and (addressed == org or identity)
    if request.stage not in ACCEPTED:
        return False
    if staff:
        return item.tier in ("T1", "T3") and request.standing != "ASKED"
    if request.standing != "LIVE":
        return False
    if standing_reader(org, request.task, item.category) or item.provider_org == org:
        return True
    return item.granted and per_item(org, item.category)


def result(request: AccessRequest, item: ItemAsked) -> bool:
    """Domain 5.3: a released result, for the one recipient for whom it was written."""
    fits = item.released and item.result_kind == request.kind and item.addressed_to == request.gets_it
    if not fits or request.stage not in WEIGHED | ACCEPTED | {Stage.SIGNALLED}:
        return False
    staff = request.org == "HOUSE_STAFF" and request.task == "process-direction"
    if request.kind == "RESULT_TO_PARTICIPANT":
        return request.itself and any(request.org == org for org, _, _ in HATS)
    # To another collaboration nothing goes as long as the controllers have not switched it on.
    outside = {one.code for one in REFERENCE.third_parties(AT)}
    return request.kind == "RESULT_TO_THIRD_PARTY" and staff and request.gets_it in outside


WHO = [
    *HATS,
    STAFF,
    ("HOUSE_STAFF", STAFF[1], "privacy-office"),
    ("AUDITOR", "00000003273229345901", "supervision"),
    ("LAWFULNESS_COMMITTEE", "00000004003214345903", "lawfulness-advice"),
    ("BAKERY", "00000009999999999000", "bread"),
    ("POLICE", "00000001003214345001", "police-task"),
]
INSIDERS = {(org, oin, task) for org, oin, task in WHO[:-2]}
FLAGS = [
    *("shared", "of_subject", "of_requester", "clinical", "granted", "granted_on_ground", "term_passed"),
    *("not_to_subject", "restricted", "erased", "withheld", "released"),
]


@st.composite
def allowed(draw: st.DrawFn) -> tuple[AccessRequest, ItemAsked]:
    """Return a request that the page of law allows, of every way there is to one."""
    way = draw(
        st.sampled_from(["matrix", "own", "grant", "weighing", "asked", "staff", "result", "third", "copy", "watch"])
    )
    org, oin, task = draw(st.sampled_from(HATS))
    stage = draw(st.sampled_from(sorted(ACCEPTED)))
    request = AccessRequest(
        org=org,
        oin=oin,
        task=task,
        itself=True,
        stage=stage,
        room=draw(st.sampled_from([*Room])),
        standing="LIVE",
        kind="WITHIN",
        purpose=draw(st.sampled_from(sorted(WORK))),
        legal_basis=("WGS:participants", "WGS:purpose"),
        reasoned=True,
        secrecy_ground=None,
        at=AT,
        recipient=org,
    )
    others = sorted(PARTICIPANTS - {org})
    item = ItemAsked(
        ITEM_ID, "IDENTITY", draw(st.sampled_from(["T1", "T2", "T3"])), draw(st.sampled_from(others)), shared=True
    )
    weighing = replace(request, stage=draw(st.sampled_from(sorted(WEIGHED))), room=None, purpose="ASSESS_CRITERIA")
    match way:
        case "matrix":
            kinds = [one for one in CATEGORIES if standing_reader(org, task, one)]
            return request, replace(item, category=draw(st.sampled_from(kinds)))
        case "own":
            kinds = [one for one in CATEGORIES if one not in ("OTHER_SPECIAL", "QUESTION", "RESULT")]
            return request, replace(item, category=draw(st.sampled_from(kinds)), provider_org=org)
        case "grant":
            kinds = [one for one in CATEGORIES if per_item(org, one)]
            return request, replace(item, category=draw(st.sampled_from(kinds)), granted=True, granted_on_ground=True)
        case "weighing":
            return weighing, replace(item, tier="T1")
        case "asked":
            question = replace(item, category="QUESTION", tier="T1", addressed_to=org)
            chosen = draw(st.sampled_from([question, replace(item, tier="T1")]))
            return replace(weighing, standing="ASKED"), chosen
        case "staff":
            direction = replace(request, org=STAFF[0], oin=STAFF[1], task=STAFF[2], recipient=STAFF[0], standing="NONE")
            return direction, replace(item, tier=draw(st.sampled_from(["T1", "T3"])))
        case "result":
            kind = "RESULT_TO_PARTICIPANT"
            written = replace(item, category="RESULT", released=True, result_kind=kind, addressed_to=org)
            return replace(request, kind=kind, standing=draw(st.sampled_from(["NONE", "EXPIRED"]))), written
        case "third":
            kind, to = "RESULT_TO_THIRD_PARTY", "HOUSING_CORPORATION"
            written = replace(item, category="RESULT", released=True, result_kind=kind, addressed_to=to)
            handed = replace(request, kind=kind, org=STAFF[0], oin=STAFF[1], task=STAFF[2], recipient=to, itself=False)
            return replace(handed, standing="NONE"), written
        case "copy":
            kind = "TO_SUBJECT"
            handler = replace(request, kind=kind, org=STAFF[0], oin=STAFF[1], task="privacy-office", itself=False)
            asked = replace(
                handler, purpose="SUBJECT_RIGHTS", rights_open=True, standing="NONE", recipient="DATA_SUBJECT"
            )
            at_any = draw(st.sampled_from([*ACCEPTED, Stage.CLOSED, Stage.NOT_ACCEPTED]))
            return replace(asked, stage=at_any), replace(item, of_requester=True)
        case _:
            who = ("AUDITOR", "00000003273229345901", "supervision")
            watcher = replace(request, kind="TO_SUPERVISOR", org=who[0], oin=who[1], task=who[2], recipient=who[0])
            at_any = draw(st.sampled_from([*ACCEPTED, Stage.CLOSED]))
            kind = draw(st.sampled_from(CATEGORIES))
            return (
                replace(watcher, purpose="SUPERVISION", supervised=True, standing="NONE", stage=at_any),
                replace(item, category=kind),
            )


@st.composite
def questions(draw: st.DrawFn) -> tuple[AccessRequest, ItemAsked]:
    """Return a request that is allowed, or one that differs from such a one in up to three respects."""
    request, item = draw(allowed())
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        change = draw(st.sampled_from([_other_request, _other_request, _other_item]))
        request, item = change(draw, request, item)
    return request, item


def _other_request(draw: st.DrawFn, request: AccessRequest, item: ItemAsked) -> tuple[AccessRequest, ItemAsked]:
    what = draw(
        st.sampled_from(["who", "stage", "standing", "kind", "purpose", "basis", "reasons", "flags", "ground", "to"])
    )
    match what:
        case "who":
            org, oin, task = draw(st.sampled_from(WHO))
            standing = request.standing if org in PARTICIPANTS else "NONE"
            recipient = org if request.itself else request.recipient
            return replace(request, org=org, oin=oin, task=task, standing=standing, recipient=recipient), item
        case "stage":
            return replace(request, stage=draw(st.sampled_from([*Stage]))), item
        case "standing" if request.org in PARTICIPANTS:
            return replace(request, standing=draw(st.sampled_from(PLACES))), item
        case "kind":
            kinds = [one.code for one in (REFERENCE.kind(k, AT) for k in KINDS) if one]
            return replace(request, kind=draw(st.sampled_from(kinds))), item
        case "purpose":
            wishes = [None, "", "iets", "ASSESS_CRITERIA", "SUBJECT_RIGHTS", "SUPERVISION", *sorted(WORK)]
            return replace(request, purpose=draw(st.sampled_from(wishes))), item
        case "basis":
            return replace(
                request, legal_basis=draw(st.sampled_from([(), ("WGS:purpose",), ("WGS:purpose", "x")]))
            ), item
        case "reasons":
            return replace(request, reasoned=False), item
        case "ground":
            return replace(request, secrecy_ground=draw(st.sampled_from([None, "CONSENT", "zomaar"]))), item
        case "to":
            return replace(request, recipient=draw(st.sampled_from(["BAKERY", "SCHOOL", "MAYOR"])), itself=False), item
        case _:
            name = draw(st.sampled_from(["itself", "supervised", "rights_open"]))
            if name == "itself" and not request.itself:  # whoever asks for itself gets it itself: there is no other
                return replace(request, itself=True, recipient=request.org), item
            return replace(request, **{name: not getattr(request, name)}), item  # type: ignore[arg-type]  # by name


def _other_item(draw: st.DrawFn, request: AccessRequest, item: ItemAsked) -> tuple[AccessRequest, ItemAsked]:
    what = draw(st.sampled_from(["category", "tier", "provider", "addressed", "only", "not", *["flag"] * 6, "result"]))
    to = request.gets_it
    match what:
        case "category":
            return request, replace(item, category=draw(st.sampled_from(CATEGORIES)))
        case "tier":
            return request, replace(item, tier=draw(st.sampled_from(["T1", "T2", "T3"])))
        case "provider":
            return request, replace(item, provider_org=draw(st.sampled_from(sorted(PARTICIPANTS))))
        case "addressed":
            return request, replace(item, addressed_to=draw(st.sampled_from([None, request.org, "MAYOR"])))
        case "only":
            return request, replace(item, only_to=draw(st.sampled_from([(), (to,), ("MAYOR",)])))
        case "not":
            return request, replace(item, not_to=draw(st.sampled_from([(to,), ("MAYOR",)])))
        case "result":
            return request, replace(item, result_kind=draw(st.sampled_from(["", *KINDS])))
        case _:
            name = draw(st.sampled_from(FLAGS))
            return request, replace(item, **{name: not getattr(item, name)})  # type: ignore[arg-type]  # by name


PLACES: tuple[Standing, ...] = ("LIVE", "ASKED", "OTHER_TASK", "EXPIRED", "NONE")
KINDS = (
    *("WITHIN", "RESULT_TO_PARTICIPANT", "RESULT_TO_THIRD_PARTY", "TO_OTHER_COLLABORATION"),
    *("TO_SUBJECT", "TO_SUPERVISOR", "TO_COLLABORATION"),
)


def told(request: AccessRequest, item: ItemAsked) -> bool:
    """Return what the policies say: the request first, then the item."""
    return POLICIES.may_ask(request).allowed and POLICIES.decide(request, [item])[item.item_id].allowed


@settings(max_examples=2500, deadline=None)
@given(questions())
def test_the_policies_allow_what_the_page_of_law_allows_and_nothing_else(
    asked: tuple[AccessRequest, ItemAsked],
) -> None:
    """Stage, room, participant, task, tier, purpose, kind of data, condition, grant, lock: both tellings agree."""
    request, item = asked
    insider = (request.org, request.oin, request.task) in INSIDERS
    expected = insider and _standing_holds(request) and may_read(request, item)
    assert told(request, item) is expected


def _standing_holds(request: AccessRequest) -> bool:
    """Whoever is on the case for another task, or no longer, has no access by the hat it wears now."""
    if request.kind != "WITHIN" or request.org == "HOUSE_STAFF":
        return True
    return request.standing in ("LIVE", "ASKED")


WIDENINGS: dict[str, dict[str, object]] = {
    "a decision of the source": {"granted": True, "granted_on_ground": True},
    "a release of the result": {"released": True},
    "items that go along": {"shared": True},
}


@settings(max_examples=400, deadline=None)
@given(questions())
def test_a_wider_view_comes_only_with_a_fact(asked: tuple[AccessRequest, ItemAsked]) -> None:
    """What is refused stays refused when nothing but the wish changes; only what facts set can open it."""
    request, item = asked
    if told(request, item) or not POLICIES.may_ask(request).allowed:
        return
    for wish in ("COORDINATE_CARE", "COORDINATE_ENFORCEMENT", "PREVENT_CRIME_NUISANCE", "PREVENT_UNSAFE"):
        if request.purpose in WORK:
            assert not told(replace(request, purpose=wish), item)
    opened = [name for name, change in WIDENINGS.items() if told(request, replace(item, **change))]  # type: ignore[arg-type]
    if opened:
        assert not all(getattr(item, name) == value for name, value in WIDENINGS[opened[0]].items())
