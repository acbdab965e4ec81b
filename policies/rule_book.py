"""Writes ``docs/regels.md``: every rule of the policies for a jurist, with its ground, its mark and its test."""

from datetime import datetime
from pathlib import Path

from policies.policy_set import Policy, PolicyText
from policies.reference import Reference

PAGE = Path("docs/regels.md")
TEST = "tests/policies/test_policies.py"
HEAD = f"""# De regels van het loket

Gemaakt door `scripts/write-rules` uit `policies/cedar/` en `policies/reference_data/legal_refs.toml`; niet met
de hand wijzigen.

Elke vraag om gegevens gaat langs al deze regels. Niets mag, tenzij een regel het toestaat; een regel die
verbiedt wint altijd. Verbieden er meer, dan hoort de vrager de eerste van deze lijst. Elke regel heeft een vast
kenmerk, dat ook in het logboek staat.

Hoe zeker een grond is, zegt de markering: S staat in het uitgangsdocument, I is afgeleid, **M is uit het hoofd
en moet nog aan de wet worden getoetst, D is een eigen keuze** omdat de wet het openlaat of niet gelezen kon
worden. Geen jurist heeft dit nog bevestigd.

De proef van elke regel staat onder zijn kenmerk in `{TEST}`: dat hij weigert of toestaat, dat hij daarnaast
zwijgt, en dat hij nodig is.

"""
LEVELS = {"forbid": "verbiedt", "permit": "staat toe"}


def written(at: datetime) -> str:
    """Return the page for the rules and grounds in force at a moment. Raises: BadSetting."""
    reference = Reference.load()
    rules = sorted(PolicyText.packaged().rules.values(), key=lambda rule: rule.rank)
    parts = [
        _table("Wat nooit mag: de vraag zelf", [one for one in rules if one.effect == "forbid" and one.rank < 40]),
        _table("Wat nooit mag: het gegeven", [one for one in rules if one.effect == "forbid" and 40 <= one.rank < 110]),
        _table("Wat nooit mag: het register", [one for one in rules if one.effect == "forbid" and one.rank >= 110]),
        _table("Wat mag", [one for one in rules if one.effect == "permit"]),
    ]
    cited = sorted({one.legal_ref for one in rules})
    return HEAD + "\n".join(parts) + "\n" + _grounds(cited, reference, at)


def _table(title: str, rules: list[Policy]) -> str:
    rows = [f"## {title}", "", "| kenmerk | regel | uitkomst | grond |", "|---|---|---|---|"]
    for rule in rules:
        code = LEVELS[rule.effect] if rule.code == "OK" else f"`{rule.code}`"
        rows.append(f"| `{rule.policy_id}` | {rule.says} | {code} | `{rule.legal_ref}` |")
    return "\n".join(rows) + "\n"


def _grounds(cited: list[str], reference: Reference, at: datetime) -> str:
    rows = [
        "## De gronden",
        "",
        "| grond | verwijst naar | in onze woorden | markering | geldt vanaf |",
        "|---|---|---|---|---|",
    ]
    for key in cited:
        found = reference.legal_ref(key, at)
        if found is not None:
            rows.append(f"| `{key}` | {found.ref} | {found.text_nl} | {found.mark} | {found.valid_from} |")
    return "\n".join(rows) + "\n"
