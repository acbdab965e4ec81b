"""The page in a bundle: for people who never saw JSON, readable by everybody, and nothing of a person in it."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from events.canonical import encode
from events.case import CommandRefused
from events.catalogue import FACTS
from events.correction import DataAccessed
from events.fact import Fact, Recorded
from events.vocabulary import Decision, Room, Stage, SubjectRole
from services.audit.names import Names, refusal
from services.audit.page import Page
from services.audit.scope import Scope
from services.audit.words import DECISIONS, ROLES, ROOMS, SAYS, STAGES, TASKS, number
from services.bootstrap.anchoring import State
from services.decision_log import record_of
from services.dutch_dates import local_moment
from tests.bundles import CASE_SCOPE, RUN_UP, request
from tests.facts import (
    AGREED,
    CASE,
    DECIDED_ON_ACCESS,
    EXAMPLES,
    HOUSE_OIN,
    NOON,
    PLAN,
    POLICE_OIN,
    SEALED,
    history,
    recorded,
)
from tests.stories.test_reconstruction import HOUR, hourly
from tests.workflow import POLICIES, REFERENCE
from tools.verify_bundle import decision_record

PAGE = Page(REFERENCE, POLICIES.rules, lambda _: POLICIES, HOUSE_OIN)
NAMES = Names(REFERENCE, HOUSE_OIN)
LOG = State("log.example/zvh", 12, bytes(32), NOON)
GRANTED, REFUSED = request(True, "SAFE_HOME", 1), request(False, "POLICE", 1)
RECEIPT = next(one for one in EXAMPLES if isinstance(one, DataAccessed))


def page(*facts: object, scope: Scope | None = None) -> str:
    """Return the page of one case with these facts after its run-up."""
    told = history(*RUN_UP, *facts)  # type: ignore[arg-type]
    numbered = list(enumerate(told, start=100))
    asked = scope or Scope("CASE", "SUPERVISION", case_id=CASE)
    return PAGE.html(asked, numbered, {str(CASE): len(told)}, LOG, NOON).decode()


class Structure(HTMLParser):
    """What a reader without eyes gets: headings, tables, and what they are called."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.tables = self.captions = 0
        self.cells: list[dict[str, str | None]] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if tag == "th":
            self.cells.append(dict(attrs))


def test_every_type_of_fact_has_its_sentence() -> None:
    """A new type of fact needs a sentence that people understand; so do stages, rooms, roles and outcomes."""
    assert {fact.__name__ for fact in FACTS} <= SAYS.keys()
    assert (set(STAGES), set(ROOMS)) == (set(Stage), set(Room))
    assert (set(ROLES), set(DECISIONS)) == (set(SubjectRole), set(Decision))
    assert all(text[0].isupper() and text.endswith(".") and len(text.split()) <= 16 for text in SAYS.values())


def test_the_page_tells_who_saw_what_why_and_what_was_refused() -> None:
    """Organisation, person, kind, purpose, ground, rule and receipt of a grant; reason of a refusal."""
    received = RECEIPT.model_copy(update={"disclosure_id": GRANTED[1].disclosure_id})
    shown = page(*GRANTED, *REFUSED, received)
    for words in (
        "Veilig Thuis",
        "betrokkene 01a00000",
        "identiteit",
        "begeleiding, zorg en hulp op elkaar afstemmen",
        "WGS art. 2.25",
        "bevestigd door de ontvanger",
        "Politie",
        "geen doel genoemd",
        "geen geldig doel",
        "fase: in overleg",
        "De zaak is aangemeld.",
        "2 maart 2026, 13.00 uur",
        "00" * 32,
    ):
        assert words in shown, words


def test_the_page_holds_no_sealed_value_and_says_so() -> None:
    """No box, no key: what is sealed is not even shown as sealed."""
    shown = page(*GRANTED, *REFUSED)
    assert SEALED.box not in shown
    assert str(SEALED.key_id) not in shown
    assert "geen gegevens over mensen" in shown


def test_the_page_stands_alone_and_can_be_read_aloud() -> None:
    """Dutch, one main heading and none skipped, a caption and headed columns for each table, no script, no address."""
    text = page(*GRANTED, *REFUSED)
    found = Structure()
    found.feed(text)
    assert '<html lang="nl">' in text
    assert found.headings[0] == "h1"
    assert found.headings.count("h1") == 1
    levels = [int(one[1]) for one in found.headings]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert found.tables == found.captions > 2
    assert all(cell.get("scope") in ("col", "row") for cell in found.cells)
    assert not {"script", "img", "iframe", "link"} & set(found.seen)
    assert not [value for name, value in found.attributes if name in ("src", "href") and not str(value).startswith("#")]
    assert not [name for name, _ in found.attributes if name.startswith("on")]


def test_the_page_tells_how_the_case_stood_on_any_day() -> None:
    """Stage, room, plan, who took part and until when, and who could see which kinds of data."""
    told = hourly(*RUN_UP, PLAN, AGREED)
    shown = PAGE.html(CASE_SCOPE, list(enumerate(told)), {str(CASE): len(told)}, LOG, NOON + 9 * HOUR).decode()
    part = shown.partition('id="stand"')[2].partition("</section>")[0]
    text = " ".join(re.sub("<[^>]+>", " ", part).split())
    for words in (
        "in weging nog geen kamer nog geen plan weegt de zaak: Politie (politietaak) Veilig Thuis (advies en meldpunt)",
        "in overleg lokale kamer",
        "plan vastgesteld lokale kamer",
        "versie 1 geldt",
        "Politie (politietaak), tot 2 maart 2027",
        "Veilig Thuis deelnemer; taak advies en meldpunt identiteit",
        "medewerkers van het huis het huis; taak lokale coördinatie",
    ):
        assert words in text, words


def test_the_page_of_an_organisation_tells_no_case() -> None:
    """Given a bundle of what one organisation saw, no case stands in it whole, and none is told."""
    asked = Scope("PARTICIPANT", "SUPERVISION", org="POLICE")
    shown = PAGE.html(asked, list(enumerate(history(*RUN_UP, *GRANTED))), {}, LOG, NOON).decode()
    assert 'id="stand"' not in shown


@pytest.mark.parametrize("code", REFERENCE.refusal_codes())
def test_a_refusal_is_told_to_whoever_looks_back_and_not_to_the_sender(code: str) -> None:
    """Given any code, the page gives it a name in words, without "you" or "your"."""
    told = refusal(code)
    assert told != code
    assert not re.search(r"\b(u|uw|ons|onze)\b", told, re.IGNORECASE) or code in ("FAULT", "INTERNAL")


def test_every_task_of_the_tables_has_a_name() -> None:
    """Participants, supervisors and the house's own people: no English code on the page."""
    tasks = {task for one in REFERENCE.participants(NOON) for task in one.domains}
    tasks |= {task for one in REFERENCE.supervisors(NOON) for task in one.tasks}
    assert tasks | set(REFERENCE.staff.tasks) <= TASKS.keys()


@pytest.mark.parametrize(
    ("org", "oin", "name"),
    [
        ("HOUSING_CORPORATION", HOUSE_OIN, "namens Woningcorporatie (geen deelnemer)"),
        ("NOBODY_WE_KNOW", HOUSE_OIN, "namens NOBODY_WE_KNOW (geen deelnemer)"),
        ("HOUSE_STAFF", HOUSE_OIN, "namens Zorg- en Veiligheidshuis"),
        ("POLICE", POLICE_OIN, "namens Politie"),
    ],
)
def test_an_outsider_is_never_called_the_house(org: str, oin: str, name: str) -> None:
    """Given somebody without a number of its own who asked, and was refused, its own name stands there."""
    fact = REFUSED[1].model_copy(update={"recipient_org": org, "done_by": None})
    assert NAMES.actor(by(fact, oin)).endswith(name)


def test_whoever_is_not_known_stands_there_as_unknown() -> None:
    """Given a step that was refused to a number that nobody has, the sender is unknown, and not the house."""
    step = next(one for one in EXAMPLES if isinstance(one, CommandRefused))
    assert NAMES.actor(by(step, "00000009999999999000")).endswith("namens een onbekende afzender")
    assert NAMES.actor(by(step, HOUSE_OIN)).endswith("namens Zorg- en Veiligheidshuis")


def by(fact: Fact, oin: str) -> Recorded:
    """Return a fact that was written on behalf of an organisation."""
    one = recorded(fact)
    return one.model_copy(update={"envelope": one.envelope.model_copy(update={"on_behalf_of": oin})})


def test_what_somebody_typed_cannot_become_part_of_the_page() -> None:
    """Given an organisation with marks of HTML in its name, they are shown as letters."""
    shown = page(scope=Scope("PARTICIPANT", "SUPERVISION", org="<script>alert(1)</script>"))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_every_colour_can_be_read_on_its_ground() -> None:
    """WCAG 2.2 AA: 4.5 to 1 or better, for each colour of text on each ground that it stands on."""
    css = page().partition("</style>")[0]
    colour = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", css))
    letters, grounds = ("ink", "soft", "blue", "red", "green"), ("paper", "tint")
    pairs = [(colour[name], colour[ground]) for name in letters for ground in grounds]
    pairs += [("#ffffff", colour["blue"]), ("#e4edf6", colour["blue"]), (colour["blue"], "#e6eef7")]
    assert {pair: round(_contrast(*pair), 1) for pair in pairs if _contrast(*pair) < 4.5} == {}


def test_numbers_and_moments_are_written_as_people_write_them() -> None:
    """Dutch time, Dutch months, a point between thousands."""
    assert local_moment(NOON) == "2 maart 2026, 13.00 uur"
    assert number(1234567) == "1.234.567"


@pytest.mark.parametrize("many", [False, True])
def test_an_auditor_makes_the_same_record_of_a_decision_as_the_house(many: bool) -> None:
    """One question or several: the record in a bundle and what the one-file verifier makes of the fact are equal."""
    evaluations = DECIDED_ON_ACCESS.evaluations * (2 if many else 1)
    decision = recorded(DECIDED_ON_ACCESS.model_copy(update={"evaluations": evaluations}))
    assert decision_record(json.loads(encode(decision, HOUSE_OIN))) == record_of(decision)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
