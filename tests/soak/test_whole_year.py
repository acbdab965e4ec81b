"""A year of 5,000 referrals over a real Kafka: rebuilt from Kafka, every row is as it was built live."""

import pytest

from events.vocabulary import Stage
from services.year.asides import ASIDES
from tests.system.test_year import explained
from tests.system.zvh import zvh

pytestmark = pytest.mark.soak

REFERRALS = 5000


def test_a_year_of_five_thousand_referrals_is_explained_and_equal() -> None:
    """All participants answer over their own topics; every stage is reached, every count follows from others."""
    played = zvh("simulate", "--year", "--kafka", "--referrals", str(REFERRALS), "--seed", "5", "--json")
    assert played.code == 0, played.err
    year = played.json
    assert set(year["stages"]) == {stage.value for stage in Stage}
    assert year["beside"]["done"].keys() == {one.name for one in ASIDES}
    explained(year)
