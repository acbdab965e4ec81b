"""The rooms, the mandates, the lists to choose from, and what a referral must hold."""

from datetime import UTC, datetime

import pytest

from events.errors import BadSetting
from events.vocabulary import Room
from policies.reference import Reference
from policies.transitions import TRANSITIONS
from services.oversight import COMMANDS as OVERSIGHT
from services.reports.catalogue import REPORTS
from services.rights.contact_point import REQUEST_COMMANDS
from services.submission import ReferralOffered
from services.submission_shape import Identity
from tests.policies.changed import changed

REFERENCE = Reference.load()
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BEFORE = datetime(2025, 2, 28, 12, 0, tzinfo=UTC)
GOVERNANCE = {"ProposeGovernance", "DecideGovernance"}
RIGHTS = {"ReceiveRequest", "MakeReport", "DestroyRequest", *REQUEST_COMMANDS}
SUPERVISING = {"OpenSupervision", "EndSupervision"}
ERASURE = {"EraseSubject"}
ACCOUNT = set(OVERSIGHT)
OF_EVERYBODY = {"AcceptConfidentiality"}
OF_BOTH = ACCOUNT - {"RecordImpactAssessment"}


def test_there_is_one_house_and_every_chamber_is_found_by_its_code() -> None:
    """Given the rooms, one is the house, the others are chambers, and nobody finds one that is not there."""
    places = REFERENCE.places(AT)
    assert [one.code for one in places if one.room is Room.HOUSE] == ["HOUSE"]
    assert {one.code for one in places if one.room is Room.LOCAL_CHAMBER} == {"CHAMBER_NORTH", "CHAMBER_SOUTH"}
    assert [REFERENCE.place(one.code, AT) for one in places] == list(places)
    assert REFERENCE.place("CHAMBER_WEST", AT) is None


@pytest.mark.parametrize("code", [one.code for one in REFERENCE.places(AT)])
def test_the_usual_panel_of_a_room_is_large_and_mixed_enough(code: str) -> None:
    """Given a room, its panel has the organisations and the domains that a panel must have."""
    place = REFERENCE.place(code, AT)
    assert place is not None
    members = {org: REFERENCE.participant(org, AT) for org, _ in place.panel}
    domains = {found.domains[task] for org, task in place.panel if (found := members[org]) is not None}
    assert len(members) >= REFERENCE.term("panel-organisations", AT).value
    assert len(domains) >= REFERENCE.term("panel-domains", AT).value


def test_every_command_has_its_mandate() -> None:
    """Given the commands of cases, governance, requests and account, each has a mandate, and no mandate has none."""
    beside = GOVERNANCE | RIGHTS | ERASURE | ACCOUNT
    assert {one.command for one in REFERENCE.mandates(AT)} == TRANSITIONS.keys() | beside
    assert REFERENCE.mandate("BurnFile", AT) is None


@pytest.mark.parametrize(
    ("role", "commands"),
    [
        (
            "SYSTEM",
            {
                "RemindTerm",
                "MarkTermMissed",
                "DestroyCase",
                "DestroyRequest",
                "OpenHandling",
                "EndHandling",
                "RestrictProcessing",
                "PlaceHold",
                "LiftHold",
            },
        ),
        (
            "CONTACT_POINT",
            RIGHTS - {"DecidePart", "WeighObjection", "EndRemedy", "DestroyRequest"}
            | {"AddStatement", "RestrictProcessing", "LiftRestriction"},
        ),
        (
            "CONTROLLER",
            {"DecidePart", "WeighObjection", "WithholdEntries", "ReviewWithholding", "LiftWithholding"},
        ),
        (
            "PRIVACY_OFFICER",
            {
                "ExtendRetention",
                "PlaceHold",
                "LiftHold",
                "DestroyCase",
                "CorrectDisclosure",
                "GivePrivacyAdvice",
                "FileRemedy",
                "EndRemedy",
                *ERASURE,
                *SUPERVISING,
                *GOVERNANCE,
                *ACCOUNT,
            },
        ),
        ("CHAIN_MANAGER", {"RequestAdministrativeEscalation", "ExtendRetention", *SUPERVISING, *GOVERNANCE, *OF_BOTH}),
        ("LOCAL_COORDINATOR", {"CheckElsewhere", "ProposeEscalation", "Deescalate", "DeclineDeescalation"}),
        ("ASKED", {"AnswerKnownCheck", "ProvideEnrichment", "DeclineEnrichment", "AnswerInvitation"}),
        ("PARTICIPANT", {"RegisterSignal", "SubmitReferral", "RectifyItem"}),
        (
            "REFERRER",
            {"SupplementReferral", "WithdrawReferral", "RecordInformed", "DeferInforming", "RequestDisclosure"},
        ),
        (
            "CASE_PARTICIPANT",
            {
                "ProvideItems",
                "AnswerInvitation",
                "ConfirmPlan",
                "ReportAction",
                "RequestDisclosure",
                "DecideDisclosure",
                "EndGrant",
                "MakeResult",
                "ReleaseResult",
            },
        ),
    ],
)
def test_each_role_may_give_its_own_commands_and_no_others(role: str, commands: set[str]) -> None:
    """Given a role, these are all the commands that it may give (domain 4, column "by"), secrecy left out."""
    assert {one.command for one in REFERENCE.mandates(AT) if role in one.roles} - OF_EVERYBODY == commands


def test_whoever_may_be_shown_data_may_accept_secrecy() -> None:
    """Given the notice of secrecy, every participant and every role of the house accepts it; the clock does not."""
    mandate = REFERENCE.mandate("AcceptConfidentiality", AT)
    assert mandate is not None
    assert {"PARTICIPANT", *REFERENCE.staff.roles.values()} - set(mandate.roles) == {"SYSTEM"}


@pytest.mark.parametrize(
    ("org", "task", "role", "reads"),
    [
        ("HOUSE_STAFF", "process-direction", "PROCESS_DIRECTOR", True),
        ("HOUSE_STAFF", "process-support", "PROCESS_SUPPORT", True),
        ("HOUSE_STAFF", "local-coordination", "LOCAL_COORDINATOR", True),
        ("HOUSE_STAFF", "chain-management", "CHAIN_MANAGER", False),
        ("HOUSE_STAFF", "privacy-office", "PRIVACY_OFFICER", False),
        ("HOUSE_STAFF", "contact-point", "CONTACT_POINT", False),
        ("HOUSE_STAFF", "scheduler", "SYSTEM", False),
        ("HOUSE_STAFF", "police-task", None, False),
        ("POLICE", "process-direction", None, False),
    ],
)
def test_the_houses_own_people_are_something_by_their_task(org: str, task: str, role: str | None, reads: bool) -> None:
    """Given an organisation and a task, it has this role; only who directs the process reads at the desk."""
    assert REFERENCE.staff_role(org, task, AT) == role
    assert REFERENCE.is_staff(org, task, AT) is reads


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("closing-reason", {"AIMS_MET", "CRITERIA_NOT_MET", "MOVED", "DIED", "HANDED_OVER"}),
        ("hold-ground", {"RIGHTS_REQUEST", "COMPLAINT", "COURT"}),
        ("inform-ground", {"CRIMINAL_INQUIRY", "SAFETY"}),
        ("decline-reason", {"SECRECY", "NOT_RELEVANT", "RUNNING_INVESTIGATION"}),
        ("action-status", {"DONE", "STUCK", "PROGRESS"}),
        ("portfolio-holder", {"MAYOR", "ALDERMAN"}),
        ("revision-reason", {"ACTION_FAILED", "NEW_FACTS", "AIM_CHANGED", "OWNER_LEFT"}),
        ("source-condition", {"NOT_TO_SUBJECT", "ONLY_TO", "NOT_TO", "UNTIL", "ASK_FIRST"}),
        ("correction-reason", {"WRONG_PURPOSE", "WRONG_BASIS", "NOT_RECEIVED"}),
        ("supervision-ground", {"PRIVACY_AUDIT", "INVESTIGATION", "COMPLAINT", "COURT_CASE"}),
        ("no-such-list", set()),
    ],
)
def test_each_list_has_its_choices(name: str, codes: set[str]) -> None:
    """Given a list, people choose from these codes and no others."""
    assert {one.code for one in REFERENCE.choices(name, AT)} == codes


def test_there_are_twelve_life_domains_each_with_its_own_name() -> None:
    """Given the life domains, there are twelve, and a reader can tell them apart."""
    assert len({one.name_nl for one in REFERENCE.choices("life-domain", AT)}) == 12


def test_data_are_kept_from_the_first_processing_unless_the_house_chose_otherwise() -> None:
    """Given the packaged tables, the strictest anchor holds; the other may be chosen, from a day on."""
    later = changed("choices", lambda text: text.replace('value = "FIRST_PROCESSED"', 'value = "CASE_CLOSED"'))
    assert REFERENCE.setting("retention-anchor", AT) == "FIRST_PROCESSED"
    assert later.setting("retention-anchor", AT) == "CASE_CLOSED"


@pytest.mark.parametrize(("name", "at"), [("no-such-setting", AT), ("retention-anchor", BEFORE)])
def test_a_setting_that_nobody_chose_says_where_to_add_it(name: str, at: datetime) -> None:
    """Given a name or a day for which nothing was chosen, the error names both it and the file to complete."""
    with pytest.raises(BadSetting, match=f"{name}.*policies/reference_data/choices.toml"):
        REFERENCE.setting(name, at)


def test_a_referral_must_hold_who_it_is_why_to_what_end_and_first_facts() -> None:
    """Given the required parts, each asks for fields that a referral can bring."""
    parts = {one.code: set(one.fields) for one in REFERENCE.required_parts(AT)}
    assert parts == {
        "SUBJECT_IDENTITY": {"bsn", "family_name", "birth_date"},
        "REASON": {"reason"},
        "AIM": {"aim"},
        "FIRST_FACTS": {"criteria"},
    }
    can_bring = {"IDENTITY": Identity.model_fields.keys(), "LIFE_DOMAIN": ReferralOffered.model_fields.keys()}
    assert [one.code for one in REFERENCE.required_parts(AT) if not set(one.fields) <= can_bring[one.category]] == []


def test_no_room_and_no_mandate_is_there_before_the_act() -> None:
    """Given the day before the act, there is no room, no mandate, no list and no requirement."""
    assert REFERENCE.places(BEFORE) == ()
    assert REFERENCE.mandate("OpenTriage", BEFORE) is None
    assert REFERENCE.staff_role("HOUSE_STAFF", "process-direction", BEFORE) is None
    assert REFERENCE.choices("closing-reason", BEFORE) == ()
    assert REFERENCE.required_parts(BEFORE) == ()


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("places", '"lokale kamer Noord"', '"lokale kamer Haven"'),
        ("mandates", '["ASKED"]', '["CASE_PARTICIPANT"]'),
        ("choices", '"verhuisd"', '"vertrokken"'),
        ("choices", 'value = "FIRST_PROCESSED"', 'value = "CASE_CLOSED"'),
        ("completeness", '["aim"]', '["reason"]'),
        ("participants", 'scheduler = "SYSTEM"', 'clock = "SYSTEM"'),
    ],
)
def test_the_digest_holds_each_of_these_tables(table: str, old: str, new: str) -> None:
    """Given one other room, mandate, choice, setting, requirement or role, the digest is another."""
    assert changed(table, lambda text: text.replace(old, new)).digest(AT) != REFERENCE.digest(AT)


def test_every_report_says_who_may_read_it() -> None:
    """Given the reports, each has its row; those for the public are three, and no person outside chooses an edition."""
    found = {one: REFERENCE.report(one, AT) for one in REPORTS}
    assert None not in found.values()
    assert {name for name, right in found.items() if right is not None and right.public} == {
        name for name, definition in REPORTS.items() if definition.public
    }
    assert REFERENCE.report("gossip", AT) is None
    for right in found.values():
        assert right is not None
        assert not {"PARTICIPANT", "CASE_PARTICIPANT", "SYSTEM"} & set(right.roles)
