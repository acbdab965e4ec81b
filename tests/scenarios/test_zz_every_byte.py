"""After the scenarios that ran before this, and a case more: the whole house, its Kafka included, from the bytes."""

import time

from services.audit.fsck import nothing_shown
from services.bootstrap.auditing import check
from tests.scenarios.steps import at_work, case_director, referred
from tests.scenarios.world import PATIENCE, World


def test_a_house_that_lived_through_the_scenarios_is_sound(house: World) -> None:
    """Nothing differs between facts, log, decisions, counters, overviews and Kafka; in the end nothing waits either."""
    case = referred(house)
    at_work(house, case)
    assert case_director(house).ask(case, "COORDINATE_CARE").status_code == 200
    assert case_director(house).ask(case, None).status_code != 200
    settings, until = house.kafka.settings("zvh-auditor", house.house.dsn, "00" * 32), time.monotonic() + PATIENCE
    house.settled()
    while not (found := check(settings, nothing_shown)).complete and time.monotonic() < until:
        time.sleep(0.2)
    assert [(one.kind, one.where, one.says) for one in found.findings] == []
    assert found.complete, found.waiting
    assert found.facts > 0
