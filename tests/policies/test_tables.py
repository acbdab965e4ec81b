"""What must hold between the tables before any of them is used."""

import re

import pytest

from events.errors import BadSetting
from tests.policies.changed import changed, tables


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("terms", 'legal_ref = "ZVH:panel"', 'legal_ref = "ZVH:gone"', "legal_ref bestaat niet: ZVH:gone"),
        ("categories", '"ORG:PROSECUTION"', '"ORG:PROSECUTOR"', "organisatie bestaat niet: PROSECUTOR"),
        ("categories", '"DOMAIN:CARE"', '"DOMAIN:CURE"', "domein bestaat niet: CURE"),
        ("categories", '"TASK:youth-act"', '"TASK:youth"', "taak bestaat niet: youth"),
        ("categories", '"PUBLIC_CONTROLLER"', '"PUBLIC"', "categories.4.readers.0"),
        ("channels", '["SAFE_HOME"]', '["SAFE_HOUSE"]', "organisatie bestaat niet: SAFE_HOUSE"),
        ("participants", "00000001003214345001", "00000001003214345000", "OIN 00000001003214345000 geldt twee keer"),
        (
            "participants",
            "valid_from = 2025-03-01",
            "valid_from = 2025-03-01\nvalid_until = 2025-02-01",
            "voor het begin",
        ),
        ("legal_refs", 'mark = "S"', 'mark = "sure"', "legal_refs.0.mark"),
        ("purposes", 'mark = "D"\n', "", "purposes.0.mark"),
        ("refusals", "[refusals.", "[refusals", "kloppen niet"),
        ("refusals", "says_en = ", "# says_en = ", "NOT_PARTICIPANT.says_en"),
        ("places", '["POLICE", "police-task"]', '["POLICE", "wmo"]', "zetel bestaat niet: POLICE/wmo"),
        ("places", '["MAYOR", "public-order"]', '["MAJOR", "public-order"]', "zetel bestaat niet: MAJOR/public-order"),
        ("places", 'room = "HOUSE"', 'room = "ATTIC"', "places.0.room"),
        ("places", '"CHAMBER_SOUTH"', '"CHAMBER_NORTH"', "kamer CHAMBER_NORTH geldt twee keer"),
        ("mandates", '["PARTICIPANT"]', "[]", "mandates.0.roles"),
        ("mandates", '["PARTICIPANT"]', '["BYSTANDER"]', "mandates.0.roles.0"),
        ("mandates", '"SubmitReferral"', '"RegisterSignal"', "mandaat RegisterSignal geldt twee keer"),
        (
            "participants",
            'local-coordination = "LOCAL',
            'local-work = "LOCAL',
            "coördinator bestaat niet: local-coordination",
        ),
        ("choices", '"MOVED"', '"DIED"', "keuze closing-reason/DIED geldt twee keer"),
        ("choices", 'list = "closing-reason"', 'list = "Closing"', "choices.0.list"),
        ("choices", 'value = "FIRST_PROCESSED"', 'value = "SOME_DAY"', "keuze bestaat niet: retention-anchor/SOME_DAY"),
        ("completeness", 'category = "IDENTITY"', 'category = "LOOKS"', "soort gegevens bestaat niet: LOOKS"),
        ("completeness", '["reason"]', "[]", "required_parts.1.fields"),
    ],
)
def test_tables_that_contradict_themselves_are_not_loaded(name: str, old: str, new: str, told: str) -> None:
    """Given a table with a mistake, loading stops and the error says what is wrong."""
    with pytest.raises(BadSetting, match=re.escape(told)):
        changed(name, lambda text: text.replace(old, new, 1))


@pytest.mark.parametrize("ends", ["", ", valid_until = 2026-03-02"])
def test_two_values_for_one_day_are_not_loaded(ends: str) -> None:
    """Given a term of which the older value still counts on the newer one's first day, loading stops and names it."""
    older = next(line for line in tables()["terms"].splitlines(keepends=True) if '"panel-domains"' in line)
    newer = older.replace("2025-03-01", "2026-03-02")
    with pytest.raises(BadSetting, match="term panel-domains geldt twee keer op 2026-03-02"):
        changed("terms", lambda text: text.replace(older, older.replace(" }", ends + " }") + newer))
