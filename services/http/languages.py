"""Which of our two languages somebody prefers (RFC 9110, 12.5.4: Accept-Language)."""

import re

_RANGE = re.compile(
    r"(?P<tag>[a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*(?:\s*;\s*q\s*=\s*(?P<q>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?"
)


def english(accepted: str) -> bool:
    """Say whether English is preferred to Dutch; Dutch is the rule, also where nothing is said or nothing is readable.

    Args:
        accepted: the header's value; of two languages with the same weight the one that stands first is preferred.
    """
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        found = _RANGE.fullmatch(part.strip())
        if found is not None:
            weight = float(found["q"] or 1)
            weights[found["tag"]] = max(weight, weights.get(found["tag"], 0.0))
    any_other = weights.get("*", 0.0)
    ours = weights.get("en", any_other), weights.get("nl", any_other)
    if ours[0] == ours[1]:
        first = next((tag for tag in weights if tag in ("en", "nl")), "nl")
        return first == "en" and ours[0] > 0
    return ours[0] > ours[1]
