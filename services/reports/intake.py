"""The balance of what came in: referrals less what was accepted, rejected and withdrawn leave what is still open. Pure.

What is still open is published nowhere, and small parts are withheld; but whoever has the editions of all years takes
the published parts off from the referrals, and finds how many the rest are together. That may be nothing, or at least
the threshold; else one more part is withheld. Of an acceptance also the channel, and the time, are told beside those of
the referrals.
"""

from collections.abc import Iterator, Mapping

from projections.figures_tally import ALL, Tally

PARTS = ("rejected", "withdrawn", "accepted")
"""Series of the parts. The last is withheld only when no other is left: more is told of it, and in more places."""
ACCEPTED = PARTS[-1]
Rests = Mapping[tuple[str, str], int]
"""(Breakdown, key) -> what rests beside that number."""


def rests_of(part: str | None, tally: Tally, year: int, threshold: int | None) -> Rests:
    """Return what rests beside the numbers of one part in the report of a year; nothing for what is no part.

    A part that tells no small rest, because another one is withheld or because none is small, has no rest of its own.
    """
    if part is None or threshold is None:
        return {}
    found: dict[tuple[str, str], int] = {}
    for chosen, when, rest in _years(tally, threshold):
        if chosen == part:
            found["year", when] = rest
            if when == str(year):
                found[ALL, ALL] = rest
    return {**found, **_channels(tally), **_quarters(tally)} if part == ACCEPTED else found


def _years(tally: Tally, threshold: int) -> Iterator[tuple[str, str, int]]:
    """Yield, of each year in which the rest is small, the part that is withheld for it, the year, and the rest."""
    still_open = tally.total("referrals_ever") - sum(tally.total(f"{one}_ever") for one in PARTS)
    came_in = tally.cells("referrals_years", "year")
    parts = {one: tally.cells(f"{one}_years", "year") for one in PARTS}
    years = {year for cells in (came_in, *parts.values()) for year in cells}
    for year in sorted(years, reverse=True):  # from the end back: what is open at the end of the last one is known
        numbers = {one: parts[one].get(year, 0) for one in PARTS}
        told = [one for one in PARTS if numbers[one] >= threshold]
        rest = still_open + sum(numbers[one] for one in PARTS if one not in told)
        if told and 0 < rest < threshold:
            others = [one for one in told if one != ACCEPTED]
            yield min(others or told, key=lambda one: numbers[one]), year, rest
        still_open -= came_in.get(year, 0) - sum(numbers.values())


def _channels(tally: Tally) -> Rests:
    """Return how many referrals of each channel were not accepted, since the first fact."""
    came_in, accepted = tally.cells("referrals_ever", "channel"), tally.cells("accepted_ever", "channel")
    return {("channel", key): came_in.get(key, 0) - number for key, number in accepted.items()}


def _quarters(tally: Tally) -> Rests:
    """Return how many referrals were not accepted by the end of each quarter: one may be accepted in a later one."""
    came_in, accepted = tally.cells("referrals", "quarter"), tally.cells("accepted", "quarter")
    rest, found = tally.total("referrals_ever") - tally.total("accepted_ever"), {}
    for key in sorted(came_in.keys() | accepted.keys(), reverse=True):
        found["quarter", key] = rest
        rest -= came_in.get(key, 0) - accepted.get(key, 0)
    return found
