"""The log over HTTP, from house to witnesses and back to a proof that needs neither."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from pydantic import SecretStr

from events.errors import BadSetting
from infra.settings import Settings
from infra.transparency.checkpoint import Checkpoint
from infra.transparency.cosignature import Cosigner
from infra.transparency.note import Note, NoteKey, NoteSigner, parse, parse_line
from infra.transparency.policy import Policy
from infra.transparency.proof import Proof
from infra.transparency.tiles import RightEdge, path_of
from infra.transparency.tree import Levels, leaf_hash
from infra.transparency.watching import watch
from infra.transparency.witness import write_request
from services.api import make_api
from services.bootstrap import House, open_house
from services.bootstrap.witnessing import ask_witnesses, make_witness, open_witness
from services.http.witness import make_witness_api
from tests.facts import HOUSE_OIN
from tests.relaying import fill, stored
from tests.system.zvh import zvh
from tests.transparency.keeping import NOON, ORIGIN, signer
from tests.transparency.watching import FORKED, LEAVES, FakeWeb, Seat, note_of


@contextmanager
def served(app: object) -> Iterator[str]:
    """Run an application on a port of this machine until the block ends; yields its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@contextmanager
def house_on(dsn: str, policy: Path | None = None, witness: Path | None = None) -> Iterator[House]:
    """Open a house on a database, with everything numbered."""
    key = SecretStr("00" * 32)
    settings = Settings(
        database=dsn,
        key=key,
        log_key=key,
        log_origin=ORIGIN,
        house_oin=HOUSE_OIN,
        log_policy_file=policy,
        witness_folder=witness,
    )
    with open_house(settings) as house:
        house.settle()
        yield house


def test_a_log_and_its_witnesses_over_http_up_to_a_proof_that_needs_neither(database: str, tmp_path: Path) -> None:
    """One witness is asked by the house, one comes to look; with both, a fact is proven by keys alone."""
    fill(database, 300)
    with house_on(database) as house:
        key = str(house.transparency.key())
    asked, comes = tmp_path / "asked", tmp_path / "comes"
    make_witness(asked, "asked.example/w", [key])
    make_witness(comes, "comes.example/w", [key])
    keys = [str(open_witness(folder, lambda: NOON).key) for folder in (asked, comes)]
    policy = tmp_path / "policy"
    with served(make_witness_api(asked)) as witness_url:
        policy.write_text(
            f"witness A {keys[0]} {witness_url}\nwitness B {keys[1]}\ngroup G all A B\nquorum G\n", encoding="utf-8"
        )
        with house_on(database, policy) as house, served(make_api(house)) as url:
            fact = UUID(json.loads(stored(database)[123].value)["id"])
            assert not house.transparency.is_witnessed(house.transparency.prove(fact))
            assert ask_witnesses(house.transparency.reader, house.transparency.policy) == {"asked.example/w": ""}
            looked = zvh("log", "witness", str(comes), "--json", "--url", f"{url}/log")
            assert looked.code == 0, looked.err
            assert looked.json["size"] == 300
            proof = house.transparency.prove(fact)
            assert house.transparency.is_witnessed(proof)
            shown = str(proof).encode()
            # A new fact has no witnesses yet; the old one keeps its proof, and both witnesses go on.
            fill(database, 5)
            house.settle()
            assert house.transparency.is_witnessed(house.transparency.prove(fact))
            assert ask_witnesses(house.transparency.reader, house.transparency.policy) == {"asked.example/w": ""}
            with TestClient(make_api(house)) as client:
                hash_of_origin = hashlib.sha256(ORIGIN.encode()).hexdigest()
                assert client.get(f"/log/proof/{fact}").text == shown.decode()
            with TestClient(make_witness_api(asked)) as client:
                assert client.get(f"/{hash_of_origin}/checkpoint").text.startswith(f"{ORIGIN}\n305\n")
                assert client.get("/..%2fsleutel/checkpoint").status_code == 404
    read = Proof.parse(shown)
    assert read.verify(leaf_hash(stored(database)[123].value), [NoteKey.parse(key)]).size == 300
    assert len(Policy.load(policy).quorum.verify(read.note)) == 2


def test_the_doors_of_the_log_are_open_and_exact(database: str, tmp_path: Path) -> None:
    """Checkpoint, tiles and proofs without sign-in; what is not there is 404, and nothing else is found."""
    fill(database, 300)
    with house_on(database) as house, TestClient(make_api(house)) as client:
        shown = client.get("/log/checkpoint")
        assert shown.headers["content-type"] == "text/plain; charset=utf-8"
        assert "max-age=2" in shown.headers["cache-control"]
        assert Checkpoint.parse(parse(shown.content).text).size == 300
        tiles = RightEdge().extend([leaf_hash(row.value) for row in stored(database)])[1]
        for (level, number), tile in tiles.items():
            width = len(tile.hashes) // 32
            answer = client.get(f"/log/tile/{path_of(level, number, width)}")
            assert (answer.status_code, answer.content) == (200, tile.hashes)
            assert "immutable" in answer.headers["cache-control"]
        assert client.get("/log/tile/0/000.p/17").content == tiles[0, 0].hashes[: 17 * 32]
        for path in ("0/001", "0/001.p/45", "0/002.p/1", "2/000.p/1", "0/1", "x", "0/000.p/256", "entries/000"):
            assert client.get(f"/log/tile/{path}").status_code == 404, path
        assert client.get(f"/log/proof/{UUID(int=7)}").status_code == 404
        assert client.get("/log/proof/no-uuid").status_code == 422
        assert client.post("/log/add-checkpoint", content=b"old 0\n\n").status_code == 404
        assert client.post("/log/cosignatures", content=shown.content).status_code == 403
        assert client.post("/log/cosignatures", content=b"x" * 100_001).status_code == 413
        described = client.get("/openapi.json").json()["paths"]
        assert described["/log/checkpoint"]["get"]["security"] == []


def test_before_the_relay_ran_there_is_no_log_and_no_error(database: str) -> None:
    """A fresh house answers 404 on every door of the log."""
    key = SecretStr("00" * 32)
    settings = Settings(database=database, key=key, log_key=key, house_oin=HOUSE_OIN)
    with open_house(settings) as house, TestClient(make_api(house)) as client:
        for path in ("checkpoint", "tile/0/000.p/1", f"proof/{UUID(int=1)}"):
            assert client.get(f"/log/{path}").status_code == 404


def test_only_our_witnesses_lines_are_kept_and_only_under_what_we_signed(database: str, tmp_path: Path) -> None:
    """A stranger's, a false one, another checkpoint's and another log's are refused; nothing is kept of them."""
    one, two = Seat(tmp_path).cosigner, Cosigner("other.example/w", Ed25519PrivateKey.generate())
    policy = tmp_path / "policy"
    policy.write_text(f"witness A {one.key}\nquorum A\n")
    fill(database, 5)
    with house_on(database, policy) as house, TestClient(make_api(house)) as client:

        def hand_over(note: Note) -> int:
            return int(client.post("/log/cosignatures", content=str(note).encode()).status_code)

        note = parse(house.transparency.checkpoint().encode())
        line = one.cosign(note.text, NOON)
        false = parse_line(str(one.cosign("other\n", NOON)))
        assert hand_over(note.with_signatures([two.cosign(note.text, NOON)])) == 403
        assert hand_over(note.with_signatures([false])) == 403
        foreign = note_of(LEAVES, 5)
        assert hand_over(foreign.with_signatures([one.cosign(foreign.text, NOON)])) == 404
        foreign = note_of(LEAVES, 6)
        assert hand_over(foreign.with_signatures([one.cosign(foreign.text, NOON)])) == 404
        assert house.transparency.checkpoint() == str(note)
        assert hand_over(note.with_signatures([line, two.cosign(note.text, NOON)])) == 204
        assert hand_over(note.with_signatures([one.cosign(note.text, NOON.replace(hour=13))])) == 204
        assert house.transparency.checkpoint() == str(note.with_signatures([line]))


def test_the_house_is_a_witness_of_another_house(database: str, tmp_path: Path) -> None:
    """With a witness' folder set, its own door cosigns the other log and says 404 to the rest."""
    make_witness(tmp_path / "w", "house.example/w", [str(signer(origin="other.example/log").key)])
    other, levels = signer(origin="other.example/log"), Levels(LEAVES)
    with house_on(database, witness=tmp_path / "w") as house, TestClient(make_api(house)) as client:

        def ask(old: int, size: int, by: NoteSigner) -> tuple[int, str]:
            body = write_request(old, levels.consistency(old, size), note_of(LEAVES, size, by))
            answer = client.post("/log/add-checkpoint", content=body)
            return answer.status_code, answer.headers["content-type"]

        assert ask(0, 5, other) == (200, "text/plain; charset=utf-8")
        assert ask(5, 9, other)[0] == 200
        assert ask(5, 9, other) == (409, "text/x.tlog.size")
        assert ask(0, 5, signer())[0] == 404


def test_a_fork_ends_the_command_with_1_and_both_notes(tmp_path: Path) -> None:
    """A participant that comes to look, and is shown another history than before."""
    folder, web = tmp_path / "w", FakeWeb()
    make_witness(folder, "police.example/w1", [str(signer().key)])
    watch(web.show(LEAVES, 400), open_witness(folder, lambda: NOON).witness)
    app = FastAPI()

    @app.get("/log/{path:path}")
    def get(path: str) -> Response:
        status, content = web.show(FORKED, 450)._ask(f"https://log.example/log/{path}", None)
        return Response(content, status)

    with served(app) as url:
        done = zvh("log", "witness", str(folder), "--url", f"{url}/log")
    assert done.code == 1
    assert "AFSPLITSING" in done.err
    for leaves, size in ((LEAVES, 400), (FORKED, 450)):
        assert note_of(leaves, size).text in done.err


def test_a_witness_is_made_once_and_for_named_logs(tmp_path: Path) -> None:
    """A second time would lose its memory of what it saw."""
    with pytest.raises(BadSetting, match="woont nog geen getuige"):
        open_witness(tmp_path / "w", lambda: NOON)
    with pytest.raises(BadSetting, match="--log"):
        make_witness(tmp_path / "w", "a.example", [])
    make_witness(tmp_path / "w", "a.example", [str(signer().key)])
    with pytest.raises(BadSetting, match="woont al een getuige"):
        make_witness(tmp_path / "w", "a.example", [str(signer().key)])
    (tmp_path / "w" / "sleutel").chmod(0o644)
    with pytest.raises(BadSetting, match="leesbaar"):
        open_witness(tmp_path / "w", lambda: NOON)
