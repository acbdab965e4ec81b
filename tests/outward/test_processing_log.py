"""The processing log (LDV) on a real house and a real receiver of OTLP: every line, each once, and nobody's name."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid5

import psycopg
import pytest

from events.decision import AccessDecided
from events.disclosure import DataDisclosed
from events.errors import BadSetting, Corrupt, Unavailable
from events.fact import Recorded
from events.referral import ReferralSubmitted
from infra.export_position import ExportPosition
from infra.otlp import OtlpFile, OtlpReceiver
from infra.settings import Settings
from projections.standards.ldv import Line
from projections.standards.names import Names
from services.bootstrap import open_house, workers
from services.bootstrap.processing_log import processing_log
from services.decision_log import record_of
from services.processing_log import ProcessingLog, Sink
from tests.facts import HOUSE_OIN, POLICE_OIN
from tests.http_house import PROBATION, Door
from tests.outward.giving import receipt, refused, shown
from tests.outward.otlp_receiver import OtlpServer, attributes

FOREIGN = "dpl.core.foreign_operation."


def written(door: Door, to: str) -> int:
    """Write all there is, as one process from start to end. Returns how many lines."""
    total = 0
    with processing_log(door.house, to) as writing:
        while (lines := writing.step()) is not None:
            total += lines
    return total


def facts_of(door: Door, case: UUID, kind: type) -> list[Recorded]:
    return [one for one in door.house.store.history(case) if isinstance(one.fact, kind)]


def expected_lines(door: Door) -> set[tuple[str, str]]:
    """Return (fact's own id, person) for all that was handed over, straight from the facts."""
    found = set()
    for row in door.house.views.cases():
        for one in door.house.store.history(UUID(row.case_id)):
            if isinstance(one.fact, DataDisclosed):
                found |= {(str(one.fact.disclosure_id), str(item.subject_id)) for item in one.fact.items}
            elif isinstance(one.fact, ReferralSubmitted):
                found |= {(str(one.envelope.id), str(item.subject_id)) for item in one.fact.items}
    return found


def test_each_person_in_each_disclosure_is_one_line(door: Door, receiver: OtlpServer) -> None:
    """Given a case that ran, then what was provided and what was shown arrive person by person, and no refusal does."""
    case, _ = shown(door)
    refused(door, case)
    lines = written(door, receiver.endpoint)
    wanted = {(whole, uuid5(UUID(whole), person).hex[-16:]) for whole, person in expected_lines(door)}
    arrived = [(attributes(one)["dpl.zvh.disclosure_id"], one.span_id.hex()) for one in receiver.spans]
    assert len(arrived) == len(wanted) == lines > 1
    assert set(arrived) == wanted
    assert {one.name for one in receiver.spans} == {"disclosure-to-collaboration", "disclosure-within"}


def test_a_line_has_the_fields_of_the_standard(door: Door, receiver: OtlpServer) -> None:
    """Given what probation was shown, then its line has trace, times, purpose and kinds, under its decision."""
    case, said = shown(door)
    written(door, receiver.endpoint)
    (look,) = facts_of(door, case, DataDisclosed)
    fact = look.fact
    assert isinstance(fact, DataDisclosed)
    (line,) = [one for one in receiver.spans if one.name == "disclosure-within"]
    assert line.trace_id.hex() == look.envelope.correlation_id.hex
    decided = record_of(facts_of(door, case, AccessDecided)[-1])
    assert (line.trace_id.hex(), line.parent_span_id.hex()) == (decided["trace_id"], decided["span_id"])
    assert line.status.code == line.status.STATUS_CODE_OK
    assert line.start_time_unix_nano <= line.end_time_unix_nano
    assert line.end_time_unix_nano == _millis(look.envelope.recorded_at) * 1_000_000
    told = attributes(line)
    activity = Names(door.house.reference, HOUSE_OIN).activity("COORDINATE_CARE", fact.occurred_at)
    assert activity.uri == f"urn:nld:oin:{HOUSE_OIN}:systeem:zvh:verwerkingsactiviteit:COORDINATE_CARE:2025-03-01"
    assert told["dpl.core.processing_activity_id"] == activity.uri
    assert told["dpl.core.data_subject_id_type"] == "urn:zvh:pseudoniem"
    assert told["dpl.zvh.categories"] == sorted({one.category for one in fact.items}) == list(fact.categories)
    assert told["dpl.zvh.source"] == [f"urn:nld:oin:{POLICE_OIN}"]
    probation = door.house.reference.participant(PROBATION[0], fact.occurred_at)
    assert probation is not None
    assert told["dpl.zvh.recipient"] == f"urn:nld:oin:{probation.oin}"
    assert told["dpl.zvh.disclosure_id"] == said["disclosure_id"]
    index = door.house.log.indexes(case)[look.envelope.sequence]
    assert told["dpl.zvh.log_index"] == index


def _millis(at: datetime) -> int:
    return int(at.timestamp()) * 1000 + at.microsecond // 1000


def test_no_line_holds_a_number_a_name_or_a_pseudonym_of_the_house(door: Door, receiver: OtlpServer) -> None:
    """The person is a pseudonym of this log alone, the same in each line; who looked stands in no line at all."""
    case, _ = shown(door)
    written(door, receiver.endpoint)
    body = b"".join(receiver.bodies)
    persons = {str(one.subject_id) for row in door.house.store.history(case) for one in _persons(row)}
    actors = {one.envelope.actor for one in door.house.store.history(case)}
    assert persons
    for clear in (*persons, *actors, *(UUID(one).hex for one in persons)):
        assert clear.encode() not in body
    subjects = {attributes(one)["dpl.core.data_subject_id"] for one in receiver.spans}
    assert len(subjects) == len(persons)
    assert all(len(one) == 64 for one in subjects)


def _persons(row: Recorded) -> Sequence[Any]:
    return row.fact.persons if isinstance(row.fact, ReferralSubmitted) else ()


def test_a_receipt_is_a_line_that_names_the_operation_of_its_recipient(door: Door, receiver: OtlpServer) -> None:
    """Given the recipient's own record, then the foreign operation has its ids; an unknown disclosure has no line."""
    case, said = shown(door)
    access = UUID("01a00000-0000-7000-8000-0000000000aa")
    written_one = receipt(door, case, UUID(said["disclosure_id"]), access)
    receipt(door, case, UUID("01a00000-0000-7000-8000-0000000000bb"))
    written(door, receiver.endpoint)
    (line,) = [one for one in receiver.spans if one.name == "disclosure-received"]
    (look,) = [one for one in receiver.spans if one.name == "disclosure-within"]
    assert line.trace_id.hex() == written_one.envelope.correlation_id.hex
    told, shown_as = attributes(line), attributes(look)
    assert told[f"{FOREIGN}trace_id"] == access.hex
    assert told[f"{FOREIGN}span_id"] == access.hex[-16:]
    assert told[f"{FOREIGN}entity"] == shown_as["dpl.zvh.recipient"]
    same = (
        "dpl.core.data_subject_id",
        "dpl.core.processing_activity_id",
        "dpl.zvh.categories",
        "dpl.zvh.disclosure_id",
    )
    assert {name: told[name] for name in same} == {name: shown_as[name] for name in same}
    assert not any(name.startswith(FOREIGN) for name in shown_as)


def test_a_second_run_sends_nothing_and_new_facts_only_themselves(door: Door, receiver: OtlpServer) -> None:
    """The position is kept: what was confirmed once is not sent again."""
    shown(door)
    first = written(door, receiver.endpoint)
    assert written(door, receiver.endpoint) == 0
    shown(door)
    assert written(door, receiver.endpoint) == first
    ids = [(one.trace_id, one.span_id) for one in receiver.spans]
    assert len(ids) == len(set(ids)) == 2 * first


def _down(receiver: OtlpServer) -> None:
    receiver.status = 503


def _elsewhere(receiver: OtlpServer) -> None:
    receiver.status = 302


def _rejecting(receiver: OtlpServer) -> None:
    receiver.rejects = 1


@pytest.mark.parametrize("misbehave", [_down, _elsewhere, _rejecting])
def test_what_is_not_confirmed_is_sent_again(
    door: Door, receiver: OtlpServer, misbehave: Callable[[OtlpServer], None]
) -> None:
    """A receiver that is down, points elsewhere or rejects a line gets all of them again: nothing moves on."""
    shown(door)
    misbehave(receiver)
    with processing_log(door.house, receiver.endpoint) as writing, pytest.raises(Unavailable):
        writing.step()
    assert receiver.spans == []
    receiver.status, receiver.rejects = 200, 0
    assert written(door, receiver.endpoint) == len(receiver.spans) == len(expected_lines(door))


class Power:
    """A sink whose process is killed just after its lines were confirmed."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def reached(self) -> int:
        return self._sink.reached()

    def send(self, lines: Sequence[Line]) -> None:
        self._sink.send(lines)
        raise SystemExit(137)


@contextmanager
def dying(door: Door, sink: Sink, name: str) -> Iterator[ProcessingLog]:
    """A writer that dies between the confirmation and the position."""
    names = Names(door.house.reference, HOUSE_OIN)
    with ExportPosition(door.house.dsn, name) as position:
        yield ProcessingLog(
            door.house.store,
            door.house.log,
            Power(sink),
            position,
            door.house.reference,
            names,
            lambda subject: door.house.pseudonyms.digest(b"zvh.ldv.v1|" + subject.bytes).hex(),
        )


def test_killed_before_the_position_moves_the_same_ids_come_again(door: Door, receiver: OtlpServer) -> None:
    """A receiver that knows a line by its ids holds each of them once, whatever moment the writer dies at."""
    shown(door)
    sink = OtlpReceiver(receiver.endpoint, HOUSE_OIN)
    with dying(door, sink, receiver.endpoint) as writing, pytest.raises(SystemExit):
        writing.step()
    sink.close()
    before = list(receiver.spans)
    written(door, receiver.endpoint)
    again = receiver.spans[len(before) :]
    assert [one.SerializeToString() for one in before] == [one.SerializeToString() for one in again]
    assert before


def lines_in(path: Path) -> list[dict[str, Any]]:
    """Return the spans in a file, as OTLP's JSON has them."""
    batches = [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()]
    return [span for b in batches for r in b["resourceSpans"] for s in r["scopeSpans"] for span in s["spans"]]


def test_a_file_holds_the_same_lines_in_the_json_of_otlp(door: Door, receiver: OtlpServer, tmp_path: Path) -> None:
    """Ids are hex and enumerations numbers, as OTLP asks of JSON; the ids are those that a receiver gets."""
    path = tmp_path / "ldv.jsonl"
    shown(door)
    assert written(door, str(path)) == written(door, receiver.endpoint)
    spans = lines_in(path)
    assert [(one["traceId"], one["spanId"]) for one in spans] == [
        (one.trace_id.hex(), one.span_id.hex()) for one in receiver.spans
    ]
    assert {one["status"]["code"] for one in spans} == {1}
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_gets_each_line_once_even_when_the_writer_dies(door: Door, tmp_path: Path) -> None:
    """The file itself knows how far it is: after a death before the position moved nothing stands there twice."""
    path = tmp_path / "ldv.jsonl"
    shown(door)
    sink = OtlpFile(path, HOUSE_OIN)
    with dying(door, sink, str(path)) as writing, pytest.raises(SystemExit):
        writing.step()
    sink.close()
    whole = len(lines_in(path))
    assert written(door, str(path)) == 0
    assert len(lines_in(path)) == whole == len(expected_lines(door))


def test_a_line_that_was_half_written_is_cut_off_and_written_anew(door: Door, tmp_path: Path) -> None:
    """Given a file that ends in the middle of a line, then that line is written whole, and the others stay."""
    path = tmp_path / "ldv.jsonl"
    shown(door)
    sink = OtlpFile(path, HOUSE_OIN)
    with dying(door, sink, str(path)) as writing, pytest.raises(SystemExit):
        writing.step()
    sink.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert written(door, str(path)) == len(expected_lines(door))
    assert path.read_bytes() == whole


def test_a_file_that_knows_more_than_the_log_stops_the_writer(door: Door, tmp_path: Path) -> None:
    """A file of another house, or a database from an old backup: nothing is written over it."""
    path = tmp_path / "ldv.jsonl"
    shown(door)
    written(door, str(path))
    path.write_text(path.read_text(encoding="utf-8").replace('"intValue":"', '"intValue":"9'), encoding="utf-8")
    before = path.read_bytes()
    with processing_log(door.house, str(path)) as writing, pytest.raises(Corrupt, match="zover is het logboek niet"):
        writing.step()
    assert path.read_bytes() == before
    path.write_text("aantekeningen\n", encoding="utf-8")
    with pytest.raises(Corrupt, match="geen logregels"), processing_log(door.house, str(path)):
        pass
    assert path.read_text(encoding="utf-8") == "aantekeningen\n"


def test_one_process_writes_per_destination(door: Door, receiver: OtlpServer, tmp_path: Path) -> None:
    """A second writer to the same place waits; one to another place does not."""
    shown(door)
    with processing_log(door.house, receiver.endpoint) as first:
        assert first.step()
        with processing_log(door.house, receiver.endpoint) as second, pytest.raises(Unavailable, match="ander proces"):
            second.step()
        assert written(door, str(tmp_path / "ldv.jsonl"))


def test_the_worker_needs_no_user_of_kafka(door: Door, receiver: OtlpServer) -> None:
    """As the compose file starts it: it follows PostgreSQL alone, whether Kafka answers or not."""
    shown(door)
    beside = Settings.model_validate(
        {**dict(door.house.settings), "kafka_bootstrap": "127.0.0.1:9", "ldv_endpoint": receiver.endpoint}
    )
    stop = Event()
    with open_house(beside, keeps_running=True) as house:
        worker = Thread(target=workers.write_processing_log, args=(house, stop))
        worker.start()
        wanted = len(expected_lines(door))
        while worker.is_alive() and len(receiver.spans) < wanted:
            stop.wait(0.05)
        stop.set()
        worker.join()
    assert len(receiver.spans) == wanted


def test_an_address_in_clear_over_the_network_is_refused(door: Door) -> None:
    """LDV asks for TLS; only this machine itself may be spoken to without."""
    with (
        pytest.raises(BadSetting, match="niet veilig"),
        processing_log(door.house, "http://collector.example/v1/traces"),
    ):
        pass


def test_whoever_comes_next_need_not_wait_for_the_server(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given back, a position is free at once, also when the server has not seen yet that the session ended."""
    first, second = ExportPosition(database, "ergens"), ExportPosition(database, "ergens")
    assert first.lock()
    assert not second.lock()
    with monkeypatch.context() as slow:
        unseen: list[psycopg.Connection] = []
        slow.setattr(psycopg.Connection, "close", lambda session: unseen.append(session))
        first.close()
    assert second.lock()
    second.close()
    unseen[0].close()
