"""The account for the person: every entry shown or counted, no trace of what is withheld, word for word."""

import json
import re
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Fact, Recorded
from events.referral import Condition, InformStatus
from events.rights_effects import EntryNamed, StatementAdded, WithholdingLifted
from events.vocabulary import Decision
from services.rights.account import Account, account, account_document, digest_of
from services.rights.copy_wording import CopiedItem
from services.rights.entries import CaseEntries, entries_of, overdue
from services.rights.page import to_html, to_text
from services.rights.wording import access_page
from services.standards.confidentiality import secrets_of
from tests.facts import (
    ACCEPTED,
    CASE,
    EXAMPLES,
    FACT,
    IDENTITY,
    ITEM,
    NOON,
    PERSON,
    REQUEST,
    STARTED,
    SUBJECT,
    SUBMITTED,
    TRIAGE_OPENED,
    WITHHELD,
    recorded,
)
from tests.workflow import REFERENCE, given

FOLDER = Path(__file__).parent / "account"
SHOWN = next(one for one in EXAMPLES if isinstance(one, DataDisclosed))
REFUSED = next(one for one in EXAMPLES if isinstance(one, DisclosureRefused))
LIFTED = next(one for one in EXAMPLES if isinstance(one, WithholdingLifted))
LIVES, SECRET, VICTIM, OF_VICTIM = (UUID(int=ITEM.int + 900 + number) for number in range(4))
LIFE = IDENTITY.model_copy(
    update={"item_id": LIVES, "category": "LIFE_DOMAIN", "provider_org": "PROBATION", "fields": ("what",)}
)
POLICE_DATA = IDENTITY.model_copy(update={"item_id": SECRET, "category": "POLICE_DATA", "tier": "T2"})
VICTIMS = IDENTITY.model_copy(update={"item_id": OF_VICTIM, "subject_id": VICTIM})
BROUGHT = SUBMITTED.model_copy(
    update={
        "items": (IDENTITY, LIFE, POLICE_DATA, VICTIMS),
        "persons": (PERSON, PERSON.model_copy(update={"subject_id": VICTIM, "role": "VICTIM"})),
    }
)
ITEMS = {one.item_id: one for one in (IDENTITY, LIFE, POLICE_DATA, VICTIMS)}
MADE_AT = NOON + timedelta(days=20)


def look(number: int, org: str, purpose: str, *items: UUID) -> DataDisclosed:
    """Return that an organisation saw these items, some hours after the one before."""
    template = SHOWN.items[0]
    return SHOWN.model_copy(
        update={
            "occurred_at": NOON + timedelta(days=number, hours=number),
            "disclosure_id": UUID(int=FACT.int + 7000 + number),
            "decision": Decision.GRANTED,
            "recipient_org": org,
            "purpose": purpose,
            "categories": tuple(ITEMS[one].category for one in items),
            "items": tuple(
                template.model_copy(
                    update={
                        "item_id": one,
                        "category": ITEMS[one].category,
                        "subject_id": ITEMS[one].subject_id,
                        "provider_org": ITEMS[one].provider_org,
                    }
                )
                for one in items
            ),
        }
    )


def no(number: int, org: str, code: str) -> DisclosureRefused:
    """Return that an organisation asked for identity data in vain."""
    return REFUSED.model_copy(
        update={
            "occurred_at": NOON + timedelta(days=number),
            "disclosure_id": UUID(int=FACT.int + 8000 + number),
            "recipient_org": org,
            "reason_code": code,
            "categories": ("IDENTITY",),
            "subjects": SHOWN.subjects[:1],
        }
    )


HISTORY: tuple[Fact, ...] = (
    BROUGHT,
    TRIAGE_OPENED,
    ACCEPTED,
    STARTED,
    look(1, "PROBATION", "COORDINATE_CARE", ITEM, LIVES),
    look(2, "POLICE", "PREVENT_UNSAFE", ITEM, SECRET),
    look(3, "PROSECUTION", "COORDINATE_ENFORCEMENT", SECRET),
    look(4, "SAFE_HOME", "PREVENT_UNSAFE", OF_VICTIM),
    no(5, "MENTAL_HEALTH", "NO_PURPOSE"),
    look(6, "DATA_SUBJECT", "SUBJECT_RIGHTS", ITEM),
)
COPY = [
    CopiedItem(ITEM, "IDENTITY", "POLICE", {"given_name": "Joppe", "address": "Nergensstraat 5"}),
    CopiedItem(
        LIVES,
        "LIFE_DOMAIN",
        "PROBATION",
        {
            "what": "<geen> vaste plek & geen werk",
            "criteria": {
                "width": [{"life_domain": "housing", "evidence": "brief"}, {"life_domain": "DAYTIME"}],
                "harm": {"caused_by_subject": True, "harms": ["SERIOUS_NUISANCE"], "mode": None},
                "together": {
                    "needed_participants": [
                        {"participant": "POLICE", "task": "police-task"},
                        {"participant": "MENTAL_HEALTH", "task": "treatment"},
                    ]
                },
            },
        },
    ),
]


def dated(*facts: Fact) -> list[Recorded]:
    """Return *facts* as a history whose envelopes are as old as the facts."""
    found = []
    for sequence, fact in enumerate(facts, start=1):
        one = recorded(fact, sequence, UUID(int=FACT.int + sequence))
        envelope = one.envelope.model_copy(update={"recorded_at": fact.occurred_at})
        found.append(Recorded(envelope=envelope, fact=fact))
    return found


def entries(*facts: Fact) -> CaseEntries:
    """Return the entries of the subject in a case with these facts."""
    return entries_of(CASE, dated(*facts), SUBJECT)


def told(*facts: Fact, complete: bool = True) -> Account:
    """Return the account of the subject."""
    request = given(REQUEST).rights_request
    assert request is not None
    return account(request, [entries(*facts)], MADE_AT, complete=complete, log_size=41)


def forms(of: Account, copy: list[CopiedItem] | None = None) -> dict[str, str]:
    """Return the account in its three forms."""
    page = access_page(of, REFERENCE, copy)
    return {
        "json": json.dumps(account_document(of), indent=2, ensure_ascii=False) + "\n",
        "html": to_html(page),
        "txt": to_text(page),
    }


WITHHOLDING = WITHHELD.model_copy(update={"entries": (EntryNamed(item_id=SECRET),)})
CASES = {
    "all-shown": (told(*HISTORY), COPY),
    "some-withheld": (told(*HISTORY, WITHHOLDING, complete=False), None),
    "nothing-known": (told(), []),
}


@pytest.mark.parametrize("form", ["json", "html", "txt"])
@pytest.mark.parametrize("name", CASES)
def test_the_account_reads_as_it_was_agreed(name: str, form: str) -> None:
    """Word for word; whoever changes a word reads the page again and writes its file anew."""
    made = forms(*CASES[name])[form]
    path = FOLDER / f"{name}.{form}"
    assert path.exists(), f"write {path} after reading it"
    assert made == path.read_text(encoding="utf-8")


def test_what_is_withheld_leaves_no_trace() -> None:
    """Given a withheld item of the police, no form names it, its kind, who saw it alone, or when."""
    before, after = forms(told(*HISTORY)), forms(told(*HISTORY, WITHHOLDING))
    for form, text in after.items():
        for trace in ("POLICE_DATA", "politiegegevens", "PROSECUTION", "Openbaar Ministerie", str(SECRET)):
            assert trace in before[form] or trace == str(SECRET) or form != "json" or trace not in text
            assert trace not in text, (form, trace)
        assert "5 maart 2026" not in text
        assert "2026-03-05T" not in text


def test_what_its_source_does_not_want_shown_leaves_no_trace_either() -> None:
    """Given an item on condition that the person does not see it: counted with that ground, and named nowhere."""
    on_condition = POLICE_DATA.model_copy(update={"conditions": (Condition(code="NOT_TO_SUBJECT"),)})
    brought = BROUGHT.model_copy(update={"items": (IDENTITY, LIFE, on_condition, VICTIMS)})
    kept = told(brought, *HISTORY[1:])
    assert [(one.ground, one.entries) for one in kept.withheld] == [("SOURCE_CONDITION", 3)]
    for text in forms(kept).values():
        for trace in ("POLICE_DATA", "politiegegevens", "PROSECUTION", "Openbaar Ministerie"):
            assert trace not in text
    assert SECRET not in entries(brought, *HISTORY[1:]).shown_items


def test_a_request_in_vain_for_what_is_withheld_is_withheld_with_it() -> None:
    """Also the person's own, of an earlier copy; lifted, both are told. One for another kind stays told."""
    for_secret = no(7, "MENTAL_HEALTH", "SECRECY").model_copy(update={"categories": ("LIFE_DOMAIN", "POLICE_DATA")})
    own = no(8, "DATA_SUBJECT", "SOURCE_CONDITION").model_copy(update={"categories": ("POLICE_DATA",)})
    history = (*HISTORY, for_secret, own)
    assert len(told(*history).refused) == 3
    kept = told(*history, WITHHOLDING)
    assert [one.categories for one in kept.refused] == [("IDENTITY",)]
    assert [(one.ground, one.entries) for one in kept.withheld] == [("CRIMINAL_INQUIRY", 5)]
    assert "POLICE_DATA" not in forms(kept)["json"]
    after = entries(*history, WITHHOLDING, LIFTED).entries
    assert [one.confidentiality for one in after if one.kind == "REFUSED"] == ["NORMAL", "LIFTED", "LIFTED"]


def test_a_statement_is_kept_back_with_the_item_that_it_is_about() -> None:
    """In the account and for the copy, whichever came first; lifted, it is there again."""
    added = next(one for one in EXAMPLES if isinstance(one, StatementAdded))
    stated = POLICE_DATA.model_copy(update={"item_id": UUID(int=ITEM.int + 950), "fields": ("statement",)})
    statement = added.model_copy(update={"about": SECRET, "item": stated})
    for later in ((statement, WITHHOLDING), (WITHHOLDING, statement)):
        assert "POLICE_DATA" not in forms(told(*HISTORY, *later))["json"]
        assert given(*HISTORY, *later).withheld == {SECRET, stated.item_id}
        assert stated.item_id in entries(*HISTORY, *later, LIFTED).shown_items
        assert given(*HISTORY, *later, LIFTED).withheld == frozenset()


def test_a_source_of_which_all_is_withheld_is_no_organisation_at_all() -> None:
    """Given that everything of probation is withheld and it saw nothing else, it is named nowhere."""
    private = WITHHOLDING.model_copy(update={"entries": (EntryNamed(item_id=LIVES),)})
    history = (BROUGHT, look(1, "POLICE", "PREVENT_UNSAFE", ITEM, LIVES))
    for text in forms(told(*history, private)).values():
        assert "PROBATION" not in text
        assert "Reclassering" not in text
        assert "leefgebieden" not in text


def test_a_look_may_be_withheld_and_the_item_not() -> None:
    """Or one item in one look; the others of that look stay."""
    whole = told(*HISTORY)
    by_police = HISTORY[5]
    assert isinstance(by_police, DataDisclosed)
    one_look = WITHHOLDING.model_copy(update={"entries": (EntryNamed(disclosure_id=by_police.disclosure_id),)})
    assert len(told(*HISTORY, one_look).seen) == len(whole.seen) - 1
    in_look = WITHHOLDING.model_copy(
        update={"entries": (EntryNamed(item_id=SECRET, disclosure_id=by_police.disclosure_id),)}
    )
    partly = told(*HISTORY, in_look)
    assert [one.categories for one in partly.seen if one.org == "POLICE"] == [("IDENTITY",)]
    assert partly.entries - partly.shown == 1


def test_another_persons_data_are_no_entries_of_the_subject() -> None:
    """The victim's item and who saw it: not shown, not counted, no trace."""
    of_subject = told(*HISTORY)
    assert "SAFE_HOME" not in {one.org for one in of_subject.organisations}
    assert str(VICTIM) not in forms(of_subject, COPY)["json"]
    of_victim = entries_of(CASE, dated(*HISTORY), VICTIM)
    assert {(one.kind, one.org) for one in of_victim.entries} == {("GIVEN", "POLICE"), ("SEEN", "SAFE_HOME")}


def test_no_form_names_a_professional() -> None:
    """Pseudonyms of who looked, decided or wrote are in no form."""
    for text in forms(told(*HISTORY), COPY).values():
        assert re.search(r"\bp-[0-9a-f]{16}\b", text) is None


def test_confidentiality_has_the_three_values_of_the_standard() -> None:
    """NORMAL, CONFIDENTIAL with its ground, LIFTED when it is over; a second withholding keeps it back."""

    def values(*facts: Fact) -> set[tuple[str, str | None]]:
        return {(one.confidentiality, one.ground) for one in entries(*HISTORY, *facts).entries if one.item_id == SECRET}

    other = WITHHOLDING.model_copy(update={"withholding_id": LIVES, "ground": "PUBLIC_SAFETY"})
    assert values() == {("NORMAL", None)}
    assert values(WITHHOLDING) == {("CONFIDENTIAL", "CRIMINAL_INQUIRY")}
    assert values(WITHHOLDING, LIFTED) == {("LIFTED", None)}
    assert values(WITHHOLDING, LIFTED, other) == {("CONFIDENTIAL", "PUBLIC_SAFETY")}
    for_another = WITHHOLDING.model_copy(update={"subject_id": VICTIM})
    assert values(for_another) == {("NORMAL", None)}


def test_of_what_is_kept_back_no_number_is_told_as_if_it_were_all() -> None:
    """Given that all is kept back: not that nobody looked, nor that nothing was refused, for that is not so."""
    text = " ".join(forms(told(DEFERRED, *HISTORY[1:-1]))["txt"].split())
    for word in (" 0 ", "Geen enkele", "Er is geen vraag", "Niemand heeft"):
        assert word not in text
    for sentence in (
        "Wij kunnen u nu niet zeggen welke organisaties gegevens van u hebben of hadden.",
        "Wij kunnen u nu niet zeggen of er naar uw gegevens is gekeken.",
        "Wij kunnen u nu niet zeggen of er een vraag om uw gegevens is geweigerd.",
        "Er zijn 9 regels over u: u ziet er hier geen.",
    ):
        assert sentence in text
    alone = BROUGHT.model_copy(update={"items": (POLICE_DATA,)})
    assert "Er is 1 regel over u. Die ziet u hier niet." in " ".join(forms(told(alone, WITHHOLDING))["txt"].split())
    assert "U ziet de enige regel die er over u is." in " ".join(forms(told(alone))["txt"].split())


def test_a_code_in_the_copy_is_named_after_its_field() -> None:
    """The same code stands for an organisation and for a field of life."""
    content = {"participant": "MENTAL_HEALTH", "life_domain": "MENTAL_HEALTH", "locus": "SUBJECT"}
    text = forms(told(*HISTORY), [CopiedItem(LIVES, "LIFE_DOMAIN", "PROBATION", content)])["txt"]
    assert "Inhoud: Instelling voor geestelijke gezondheidszorg" in text
    assert "Inhoud: geestelijke gezondheid" in text
    assert "Inhoud: bij uzelf" in text


DEFERRED = BROUGHT.model_copy(update={"inform_status": InformStatus(status="DEFERRED", review_by="2026-04-01")})


def test_a_deferred_case_is_kept_back_whole_and_appears_when_the_person_is_told() -> None:
    """Also its number and stage; afterwards its entries are LIFTED."""
    informed = next(one for one in EXAMPLES if type(one).__name__ == "SubjectInformed")
    kept = told(DEFERRED, *HISTORY[1:-1])
    assert (kept.cases, kept.organisations, kept.seen, kept.sources, kept.refused) == ((), (), (), (), ())
    got = told(DEFERRED, *HISTORY[1:])
    assert [one.org for one in got.seen] == ["DATA_SUBJECT"], "what the person got itself is no secret to it"
    after = entries(DEFERRED, *HISTORY[1:], informed)
    assert {one.confidentiality for one in after.entries if one.org != "DATA_SUBJECT"} == {"LIFTED"}


def test_that_one_person_is_told_later_keeps_nothing_from_another() -> None:
    """A victim in a case of which the subject may not know yet sees its own data, and waits for no review of that."""
    of_victim = entries_of(CASE, dated(DEFERRED, *HISTORY[1:]), VICTIM)
    assert {one.confidentiality for one in of_victim.entries} == {"NORMAL"}
    assert of_victim.shown_items == {OF_VICTIM}
    assert not overdue(given(DEFERRED), VICTIM, datetime.fromisoformat("2026-04-02T00:00:00+02:00"))
    assert not secrets_of(CASE, dated(DEFERRED), VICTIM).anything
    assert secrets_of(CASE, dated(DEFERRED), SUBJECT).anything


@pytest.mark.parametrize(
    ("facts", "at", "late"),
    [
        ((BROUGHT,), NOON, False),
        ((DEFERRED,), datetime.fromisoformat("2026-04-01T23:00:00+02:00"), False),
        ((DEFERRED,), datetime.fromisoformat("2026-04-02T00:00:00+02:00"), True),
        ((BROUGHT, WITHHOLDING), datetime.fromisoformat("2026-05-01T23:00:00+02:00"), False),
        ((BROUGHT, WITHHOLDING), datetime.fromisoformat("2026-05-02T00:00:00+02:00"), True),
        ((BROUGHT, WITHHOLDING, LIFTED), datetime.fromisoformat("2026-05-02T00:00:00+02:00"), False),
    ],
)
def test_nothing_is_kept_back_past_its_review(facts: tuple[Fact, ...], at: datetime, late: bool) -> None:
    """The day itself is in time; after it the account waits until somebody decides anew."""
    assert overdue(given(*facts), SUBJECT, at) is late


anything = st.lists(
    st.one_of(
        st.sampled_from([*HISTORY[1:], *EXAMPLES]),
        st.builds(
            lambda entry, ground, number: WITHHELD.model_copy(
                update={"entries": (entry,), "ground": ground, "withholding_id": UUID(int=number)}
            ),
            st.builds(
                EntryNamed,
                item_id=st.sampled_from([None, ITEM, SECRET, LIVES]),
                disclosure_id=st.sampled_from(
                    [
                        None,
                        *(one.disclosure_id for one in HISTORY if isinstance(one, DataDisclosed | DisclosureRefused)),
                    ]
                ),
            ),
            st.sampled_from(["CRIMINAL_INQUIRY", "PUBLIC_SAFETY"]),
            st.sampled_from([1, 2, FACT.int]),
        ),
    ),
    max_size=14,
)


@for_all(st.sampled_from([BROUGHT, DEFERRED]), anything)
def test_shown_and_withheld_are_always_all(first: Fact, later: list[Fact]) -> None:
    """Given any history, the counts add up to every entry; none is shown and withheld, none is lost."""
    every = entries(first, *later).entries
    of = told(first, *later)
    kept = [one for one in every if one.confidentiality == "CONFIDENTIAL"]
    assert of.shown + sum(one.entries for one in of.withheld) == of.entries == len(every)
    assert len(kept) == sum(one.entries for one in of.withheld)
    assert all(one.ground for one in kept)
    # Against a count of its own: everything of the person that a fact gave, showed or refused.
    shown = [item for one in later if isinstance(one, DataDisclosed) for item in one.items]
    asked = [one for one in later if isinstance(one, DisclosureRefused)]
    about = [one for one in asked if SUBJECT in {person.subject_id for person in one.subjects}]
    assert len([one for one in every if one.kind == "SEEN"]) == len([i for i in shown if i.subject_id == SUBJECT])
    assert len([one for one in every if one.kind == "REFUSED"]) == len(about)


@for_all(st.sampled_from([BROUGHT, DEFERRED]), anything)
def test_the_same_facts_give_the_same_account(first: Fact, later: list[Fact]) -> None:
    """Word for word and digit for digit."""
    assert digest_of(told(first, *later)) == digest_of(told(first, *later))
    assert forms(told(first, *later)) == forms(told(first, *later))


class Outline(HTMLParser):
    """Reads a page as a screen reader would: headings in order, tables with captions and headers."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.stack: list[str] = []
        self.found: set[str] = set()
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of a tag."""
        given_ = dict(attrs)
        self.found.add(tag)
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag == "th" and given_.get("scope") not in ("row", "col"):
            self.problems.append("a header cell without scope")
        if tag in ("script", "link", "img", "iframe") or any(name in ("src", "href", "style") for name in given_):
            self.problems.append(f"{tag} reaches outside")
        if tag not in ("meta", "br"):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Every tag is closed in order."""
        if not self.stack or self.stack.pop() != tag:
            self.problems.append(f"{tag} is closed out of order")


@pytest.mark.parametrize("name", CASES)
def test_the_page_stands_alone_and_reads_aloud(name: str) -> None:
    """Dutch, one h1, headings in order, tables with captions and scopes; nothing is fetched; values are escaped."""
    page = forms(*CASES[name])["html"]
    outline = Outline()
    outline.feed(page)
    assert outline.problems == []
    assert outline.stack == []
    assert outline.headings[0] == "h1"
    assert set(outline.headings[1:]) == {"h2"}
    assert '<html lang="nl">' in page
    assert page.count("<table>") == page.count("<caption>")
    assert "<geen>" not in page


def test_the_text_is_plain_enough() -> None:
    """B1 in numbers: sentences of at most some twenty-five words, on average far fewer, and no codes in capitals."""
    text = forms(told(*HISTORY, WITHHOLDING), COPY)["txt"]
    words = " ".join(line for line in text.splitlines() if not re.search(r"^[*=-]|^  |:$", line))
    sentences = [one.split() for one in re.split(r"(?<=[.?!])\s+", words) if len(one.split()) > 2]
    assert max(map(len, sentences)) <= 27
    assert sum(map(len, sentences)) / len(sentences) <= 14
    assert "leefgebieden, van Reclassering:" in text, "each item says what it is"
    assert re.findall(r"\b[A-Z]{4,}(?:_[A-Z]+)*\b", text) == []
