"""The page in a bundle: for people who never saw JSON, readable by everybody, and nothing of a person in it."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from events.canonical import encode
from events.catalogue import FACTS
from events.correction import DataAccessed
from events.vocabulary import Decision, Room, Stage, SubjectRole
from services.audit.page import Page
from services.audit.scope import Scope
from services.audit.words import DECISIONS, ROLES, ROOMS, SAYS, STAGES, number
from services.bootstrap.anchoring import State
from services.decision_log import record_of
from services.dutch_dates import local_moment
from tests.bundles import RUN_UP, request
from tests.facts import CASE, DECIDED_ON_ACCESS, EXAMPLES, HOUSE_OIN, NOON, SEALED, history, recorded
from tests.workflow import POLICIES, REFERENCE
from tools.verify_bundle import decision_record

PAGE = Page(REFERENCE, POLICIES.rules)
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
        REFERENCE.refusal("NO_PURPOSE").says,
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
