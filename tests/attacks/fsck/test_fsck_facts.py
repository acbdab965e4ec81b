"""Attacks on the stored facts and their numbers, by somebody who may write anything in the database. Each is named."""

from uuid import uuid4

import psycopg
import pytest

from infra.event_store import PostgresFactStore
from tests.attacks.fsck.house import LONG, ask, checked, kinds, places
from tests.facts import HOUSE_OIN
from tests.relaying import commit, stored
from tests.transparency.keeping import tampered


def place_of(dsn: str, index: int) -> object:
    """Return the notification id of a fact."""
    return ask(dsn, "SELECT notification_id FROM log.numbered WHERE index = %s", index)[0][0]


def test_a_house_that_nobody_touched_is_whole_and_sound(house: str, long: str) -> None:
    """Nothing differs, everything was looked at, and what is older than decisions and counters is told, not blamed."""
    for dsn, facts in ((house, len(stored(house))), (long, LONG)):
        found = checked(dsn)
        assert (kinds(found), found.complete, found.facts) == ({}, True, facts)
    assert set(checked(house).told) == {"before_decisions", "before_numbers"}


@pytest.mark.parametrize("index", [0, 5, 255, 256, 511, LONG - 1])
def test_one_altered_byte_of_a_stored_fact_is_named(long: str, index: int) -> None:
    """Whichever fact it is: exactly that one, and nothing about the tiles and checkpoints, which are as they were."""
    tampered(
        long,
        "UPDATE facts.stored_events SET state = set_byte(state, length(state) - 60, "
        f"get_byte(state, length(state) - 60) # 1) WHERE notification_id = {place_of(long, index)}",
    )
    found = checked(long)
    assert places(found, "fact_altered") == [f"feit {index}"]
    assert kinds(found)["fact_altered"] == 1
    assert not kinds(found).keys() & {"tile_altered", "checkpoint_resigned", "fact_missing", "fact_moved"}


def test_each_byte_of_a_fact_counts(long: str) -> None:
    """Flipped anywhere in its bytes, envelope or content, it is named."""
    length = len(stored(long)[300].value)
    for at in range(0, length, max(length // 12, 1)):
        place = place_of(long, 300)
        flip = f"UPDATE facts.stored_events SET state = set_byte(state, {at}, get_byte(state, {at}) # 4)"
        tampered(long, f"{flip} WHERE notification_id = {place}")
        assert "feit 300" in places(checked(long), "fact_altered"), at
        tampered(long, f"{flip} WHERE notification_id = {place}")
    assert kinds(checked(long)) == {}


@pytest.mark.parametrize("index", [0, 300, LONG - 1])
def test_a_deleted_fact_is_named(long: str, index: int) -> None:
    """The row is gone and its number stands: the fact is missing, and so is its case's number."""
    tampered(long, f"DELETE FROM facts.stored_events WHERE notification_id = {place_of(long, index)}")
    found = checked(long)
    assert places(found, "fact_missing") == [f"feit {index}"]
    assert kinds(found)["command_without_facts"] == 1
    assert not kinds(found).keys() & {"fact_altered", "tile_altered", "checkpoint_resigned"}


def test_a_fact_that_is_deleted_with_its_number_is_named(long: str) -> None:
    """The log still has its leaf."""
    place = place_of(long, 300)
    tampered(
        long,
        f"DELETE FROM facts.stored_events WHERE notification_id = {place};"
        f"DELETE FROM log.numbered WHERE notification_id = {place}",
    )
    found = checked(long)
    assert places(found, "fact_missing") == ["feit 300"]
    assert not kinds(found).keys() & {"fact_altered", "number_altered", "checkpoint_resigned"}


def test_a_dropped_fact_with_the_later_ones_renumbered_is_named(long: str) -> None:
    """However well the numbers close up, the later facts are no longer where the signed log has them."""
    place = place_of(long, 690)
    tampered(
        long,
        f"DELETE FROM facts.stored_events WHERE notification_id = {place};"
        f"DELETE FROM log.numbered WHERE notification_id = {place};"
        "UPDATE log.numbered SET index = -index WHERE index > 690;"
        "UPDATE log.numbered SET index = -index - 1 WHERE index < 0",
    )
    found = checked(long)
    assert places(found, "fact_moved")[0] == "feit 690"
    assert "log_truncated" in kinds(found)
    assert "sequence_gap" in kinds(found) or "command_without_facts" in kinds(found)


def test_an_inserted_fact_is_named(long: str) -> None:
    """A row between the numbered ones, and one that pretends to be the newest of a case: neither came by a command."""
    case = stored(long)[10].case_id
    tampered(
        long,
        "UPDATE facts.stored_events SET notification_id = notification_id + 1 WHERE notification_id > 10000;"
        "INSERT INTO facts.stored_events (originator_id, originator_version, topic, state, notification_id) "
        f"SELECT originator_id, 900, topic, state, 0 FROM facts.stored_events WHERE originator_id = '{case}' LIMIT 1",
    )
    found = checked(long)
    assert places(found, "fact_extra") == ["rij 0"]
    assert kinds(found)["sequence_gap"] == 1
    assert not kinds(found).keys() & {"fact_altered", "fact_moved", "number_altered"}


def test_a_forged_fact_at_the_end_has_no_command(long: str) -> None:
    """It waits for its number like any new fact, so it is not in the log; but no command made it."""
    case = stored(long)[10].case_id
    tampered(
        long,
        "INSERT INTO facts.stored_events (originator_id, originator_version, topic, state) "
        f"SELECT originator_id, max(originator_version) + 1, 'nl.zvh.cases.case-accepted.v1', '{{}}' "
        f"FROM facts.stored_events WHERE originator_id = '{case}' GROUP BY originator_id",
    )
    found = checked(long)
    assert kinds(found) == {"fact_without_command": 1}
    assert found.waiting["unnumbered"] == 1
    assert not found.complete


def test_two_facts_that_swapped_their_numbers_are_named(long: str) -> None:
    """Both places, and nothing else: the rows themselves still stand in the order of the signed log."""
    first, second = place_of(long, 300), place_of(long, 301)
    tampered(
        long,
        f"UPDATE log.numbered SET index = -1 WHERE notification_id = {first};"
        f"UPDATE log.numbered SET index = 300 WHERE notification_id = {second};"
        f"UPDATE log.numbered SET index = 301 WHERE notification_id = {first}",
    )
    found = checked(long)
    assert places(found, "number_altered") == ["feit 300", "feit 301"]
    assert "fact_altered" not in kinds(found)


def test_two_facts_that_swapped_their_bytes_are_named_as_moved(long: str) -> None:
    """Each stands where the other was signed, and under the columns of the other."""
    first, second = place_of(long, 300), place_of(long, 412)
    tampered(
        long,
        "UPDATE facts.stored_events AS e SET state = o.state FROM facts.stored_events AS o "
        f"WHERE (e.notification_id, o.notification_id) IN (({first}, {second}), ({second}, {first}))",
    )
    found = checked(long)
    assert kinds(found)["fact_relabelled"] == 2
    assert set(places(found, "fact_altered") + places(found, "fact_moved")) == {"feit 300", "feit 412"}


def test_columns_that_tell_another_story_than_the_fact_are_named(long: str) -> None:
    """The bytes are as they were; the row puts them under another type."""
    tampered(
        long,
        "UPDATE facts.stored_events SET topic = 'nl.zvh.cases.case-closed.v1' "
        f"WHERE notification_id = {place_of(long, 300)}",
    )
    assert kinds(checked(long)) == {"fact_relabelled": 1}


@pytest.mark.parametrize("cut", [1, 60, 300])
def test_numbers_cut_off_at_the_end_are_named(long: str, cut: int) -> None:
    """The facts look as if they waited for their number; the signed log says that they had one."""
    tampered(long, f"DELETE FROM log.numbered WHERE index >= {LONG - cut}")
    found = checked(long)
    assert kinds(found)["number_lost"] == cut
    assert places(found, "number_lost")[0] == f"feit {LONG - cut}"
    assert found.waiting["unnumbered"] == 0
    assert "views_ahead" in kinds(found)


def test_facts_and_numbers_cut_off_at_the_end_are_named(long: str) -> None:
    """What was signed is longer than what is left, and the overviews have been further."""
    tampered(
        long,
        f"DELETE FROM facts.stored_events WHERE notification_id >= {place_of(long, LONG - 60)};"
        f"DELETE FROM log.numbered WHERE index >= {LONG - 60}",
    )
    found = checked(long)
    assert places(found, "log_truncated") == [f"controlepunt {LONG}"]
    assert {"views_ahead", "tile_extra", "place_extra", "command_without_facts"} <= kinds(found).keys()


def test_a_fact_that_is_no_longer_a_fact_is_named_and_the_rest_is_still_checked(long: str) -> None:
    """Bytes that nobody can read stop nothing: the next altered fact is named as well."""
    tampered(
        long,
        f"UPDATE facts.stored_events SET state = 'x' WHERE notification_id = {place_of(long, 20)};"
        "UPDATE facts.stored_events SET state = state || ' ' "
        f"WHERE notification_id = {place_of(long, 650)}",
    )
    found = checked(long)
    assert places(found, "fact_altered") == ["feit 20", "feit 650"]
    assert places(found, "fact_unreadable") == ["feit 20"]
    assert places(found, "fact_respelled") == ["feit 650"]


def test_the_list_from_fact_to_place_is_compared(long: str) -> None:
    """A line that is changed, one that is gone, and one too many: each would lead to a proof of something else."""
    tampered(
        long,
        "UPDATE log.leaves SET fact_id = gen_random_uuid() WHERE index = 3;"
        "DELETE FROM log.leaves WHERE index = 300;"
        "INSERT INTO log.leaves VALUES (gen_random_uuid(), 5000)",
    )
    found = checked(long)
    assert kinds(found) == {"place_altered": 1, "place_missing": 1, "place_extra": 1}
    assert places(found, "place_missing") == ["feit 300"]


def test_a_deleted_receipt_of_a_command_is_named(long: str) -> None:
    """Without it the same command could be carried out twice."""
    tampered(long, "DELETE FROM facts.commands WHERE ctid = (SELECT min(ctid) FROM facts.commands)")
    assert kinds(checked(long)) == {"fact_without_command": 1}


def test_what_is_committed_while_it_is_checked_is_left_for_the_next_time(long: str) -> None:
    """Facts that wait for their number are no difference; the answer is only not complete."""
    with PostgresFactStore(long, HOUSE_OIN) as store:
        commit(store, uuid4(), 1, 3)
    found = checked(long)
    assert kinds(found) == {}
    assert (found.complete, found.waiting["unnumbered"]) == (False, 3)


def test_the_check_writes_nothing(long: str) -> None:
    """Not a row: PostgreSQL itself would refuse it in a read-only transaction, and no table changed."""

    def written() -> object:
        with psycopg.connect(long) as session:
            session.execute("SELECT pg_stat_force_next_flush()")
            return session.execute(
                "SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) FROM pg_stat_user_tables"
            ).fetchone()

    before = written()
    checked(long)
    assert written() == before
