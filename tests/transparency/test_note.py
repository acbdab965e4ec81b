"""Notes, checkpoints, cosignatures, proof files, quorums: what others wrote is read, what is off is refused."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from events.errors import BadSetting, Unproven
from infra.transparency.checkpoint import Checkpoint, opened
from infra.transparency.cosignature import Cosigner, WitnessKey, cosigned, seconds_of
from infra.transparency.note import Note, NoteKey, NoteSigner, Signature, parse, verified
from infra.transparency.proof import Proof
from infra.transparency.quorum import Quorum
from infra.transparency.tree import EMPTY_ROOT, Levels, leaf_hash

GO: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "go-sumdb.json").read_text())
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
ORIGIN = "log.example/zvh"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def signer(name: str = ORIGIN, seed: int = 1) -> NoteSigner:
    """Return a key that signs notes."""
    return NoteSigner(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def witness(number: int) -> Cosigner:
    """Return the key of one witness."""
    return Cosigner(f"witness.example/w{number}", Ed25519PrivateKey.from_private_bytes(bytes([100 + number]) * 32))


def signed(text: str, *signers: NoteSigner) -> Note:
    """Return the note of *text* with a signature of each."""
    return Note(text, tuple(one.sign(text) for one in signers))


def checkpoint(leaves: int = 5) -> Note:
    """Return the signed checkpoint of a small log."""
    levels = Levels(leaf_hash(b"%d" % number) for number in range(leaves))
    return signed(Checkpoint(ORIGIN, leaves, levels.root(leaves)).text, signer())


def test_the_example_of_the_standard_is_verified() -> None:
    """Key and note as C2SP signed-note prints them."""
    key, note = NoteKey.parse(EXAMPLE_KEY), parse(EXAMPLE.encode())
    assert [one.name for one in verified(note, [key])] == ["example.com/foo"]
    assert str(key) == EXAMPLE_KEY
    assert str(note) == EXAMPLE


@pytest.mark.parametrize("made", GO["notes"], ids=lambda made: made["vkey"].split("+")[0])
def test_go_s_notes_are_verified_and_made_again_to_the_byte(made: dict[str, str]) -> None:
    """Ed25519 gives one signature per key and text, so two implementations must agree on every byte."""
    key = NoteKey.parse(made["vkey"])
    own = NoteSigner(key.name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(made["seed"])))
    assert str(signed(made["text"], own)) == made["note"]
    assert str(own.key) == made["vkey"]
    note = parse(made["note"].encode())
    assert note.text == made["text"]
    assert verified(note, [key])


@given(st.integers(0, len(EXAMPLE_KEY) - 1), st.sampled_from("+ABab01/= é\n"))
def test_a_damaged_verifier_key_is_refused(place: int, put: str) -> None:
    """Any one character: name, id and key vouch for each other."""
    damaged = EXAMPLE_KEY[:place] + put + EXAMPLE_KEY[place + 1 :]
    if damaged != EXAMPLE_KEY:
        with pytest.raises(Unproven):
            NoteKey.parse(damaged)


@pytest.mark.parametrize("cut", range(1, len(EXAMPLE_KEY)))
def test_a_part_of_a_verifier_key_is_refused(cut: int) -> None:
    """From the front or from the end."""
    for part in (EXAMPLE_KEY[:cut], EXAMPLE_KEY[cut:]):
        with pytest.raises(Unproven):
            NoteKey.parse(part)


def test_a_key_of_another_kind_is_refused() -> None:
    """A witness' key signs no checkpoints, and the log's key does not cosign."""
    with pytest.raises(Unproven, match="soort"):
        NoteKey.parse(str(witness(1).key))
    with pytest.raises(Unproven, match="soort"):
        WitnessKey.parse(EXAMPLE_KEY)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        EXAMPLE[:-1].encode(),
        EXAMPLE.replace("\n\n", "\n").encode(),
        EXAMPLE.replace("—", "-").encode(),
        EXAMPLE.replace("— ", "—  ").encode(),
        EXAMPLE.replace("This", "This\r").encode(),
        EXAMPLE.replace("This", "This\t").encode(),
        EXAMPLE.replace("This", "This\0").encode(),
        EXAMPLE.encode() + b"\xff\n",
        EXAMPLE.encode() + b"\n",
        EXAMPLE.replace("foo Uw", "fo+o Uw").encode(),
        EXAMPLE.replace("foo Uw", "fo o Uw").encode(),
        EXAMPLE.replace("foo Uw", "fo\u00a0o Uw").encode(),
        EXAMPLE.replace("foo Uw", "foo U!w").encode(),
        EXAMPLE.replace("QM=", "QN=").encode(),  # the same bytes in another spelling
        EXAMPLE.replace("QM=", "QM").encode(),
        b"text\n\n\xe2\x80\x94 name AAAAAA==\n",
        b"text\n\n" + b"\xe2\x80\x94 name AAAAAAA=\n" * 101,
        b"t" * 1_000_000 + EXAMPLE.encode(),
    ],
)
def test_a_note_in_another_form_is_refused(raw: bytes) -> None:
    """Nothing is repaired: two readers must never see two notes in the same bytes."""
    with pytest.raises(Unproven):
        parse(raw)


@given(st.integers(0, len(EXAMPLE.encode()) - 1), st.integers(0, 7))
def test_a_flipped_bit_anywhere_makes_a_note_unproven(place: int, bit: int) -> None:
    """In the text, the name, the key id or the signature."""
    raw = bytearray(EXAMPLE.encode())
    raw[place] ^= 1 << bit
    with pytest.raises(Unproven):
        verified(parse(bytes(raw)), [NoteKey.parse(EXAMPLE_KEY)])


def test_unknown_signatures_are_passed_over_and_a_false_known_one_is_not() -> None:
    """Same name with another key is another key; a known key's wrong signature spoils the note."""
    ours, same_name = signer(), signer(seed=2)
    note = signed("a\n", same_name, ours)
    assert [one.key_id for one in verified(note, [ours.key])] == [ours.key.key_id]
    assert len(verified(note.with_signatures(note.signatures), [ours.key, same_name.key])) == 2
    with pytest.raises(Unproven, match="bekende sleutel"):
        verified(signed("a\n", same_name), [ours.key])
    false = Signature(ours.name, ours.key.key_id, bytes(64))
    with pytest.raises(Unproven, match="klopt niet"):
        verified(note.with_signatures([false]), [ours.key])


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        "origin\n1\nAAAA\n",
        f"origin\n01\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"origin\n-1\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"origin\n1_0\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"origin\n٣\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"origin\n{2**63}\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"\n1\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"origin\n1\n{base64.b64encode(EMPTY_ROOT).decode()}\n\n",
        f"origin\n1\n{base64.b64encode(EMPTY_ROOT).decode()}",
    ],
)
def test_a_checkpoint_in_another_form_is_refused(text: str) -> None:
    """Three lines at least, a plain decimal, 32 bytes of root, no empty line."""
    with pytest.raises(Unproven):
        Checkpoint.parse(text)


def test_a_checkpoint_is_of_the_log_whose_key_bears_its_origin() -> None:
    """Given a note that another known log signed, then it is no checkpoint of this one."""
    other = signer("other.example/log", seed=9)
    found, _ = opened(str(checkpoint()).encode(), [other.key, signer().key])
    assert (found.origin, found.size) == (ORIGIN, 5)
    with pytest.raises(Unproven):
        opened(str(signed(checkpoint().text, other)).encode(), [other.key, signer().key])
    with_line = Checkpoint(ORIGIN, 1, leaf_hash(b""), ("extension",))
    assert Checkpoint.parse(with_line.text) == with_line


def test_a_cosignature_says_when_and_covers_the_whole_text() -> None:
    """The time is signed; neither it nor the text can be changed afterwards."""
    note, by = checkpoint(), witness(1)
    line = by.cosign(note.text, NOON)
    assert seconds_of(line.value) == NOON.timestamp()
    assert WitnessKey.parse(str(by.key)) == by.key
    assert cosigned(note.with_signatures([line]), [by.key]) == [line]
    by.private.public_key().verify(
        line.value[8:], f"cosignature/v1\ntime {int(NOON.timestamp())}\n{note.text}".encode()
    )
    for value in (
        (seconds_of(line.value) + 1).to_bytes(8, "big") + line.value[8:],
        bytes(8) + line.value[8:],
        line.value[:-1],
        line.value + b"\0",
        line.value[8:],
    ):
        with pytest.raises(Unproven):
            cosigned(note.with_signatures([Signature(line.name, line.key_id, value)]), [by.key])
    with pytest.raises(Unproven):
        cosigned(Note("other\n", (line,)), [by.key])
    with pytest.raises(ValueError, match="after 1970"):
        by.cosign(note.text, datetime(1969, 12, 31, tzinfo=UTC))


def test_a_quorum_counts_each_witness_once_and_strangers_never() -> None:
    """Two of three: one twice is one; the log's own signature and an unknown witness count for nothing."""
    note, (one, two, three) = checkpoint(), (witness(1), witness(2), witness(3))
    quorum = Quorum.of(2, [str(by.key) for by in (one, two, three)])
    twice = [one.cosign(note.text, NOON), one.cosign(note.text, NOON.replace(hour=13))]
    assert not quorum.met(note)
    assert not quorum.met(note.with_signatures([*twice, witness(4).cosign(note.text, NOON)]))
    with pytest.raises(Unproven, match="door 1 van de 3"):
        quorum.verify(note.with_signatures(twice))
    enough = note.with_signatures([*twice, three.cosign(note.text, NOON)])
    assert quorum.met(enough)
    assert {line.name for line in quorum.verify(enough)} == {one.name, three.name}
    assert Quorum(0, ()).met(note)


def test_a_quorum_that_nobody_can_meet_or_that_one_party_can_fill_is_refused() -> None:
    """More than there are, or one key under two names."""
    key = witness(1).key
    with pytest.raises(BadSetting, match="2 daarvan"):
        Quorum(2, (key,))
    with pytest.raises(BadSetting, match="dezelfde sleutel"):
        Quorum(1, (key, WitnessKey("witness.example/other", key.public)))


@given(st.integers(1, 40), st.integers(0, 39), st.one_of(st.none(), st.binary(min_size=1, max_size=20)))
def test_a_proof_file_is_read_as_it_was_written_and_proves_its_leaf_alone(
    size: int, index: int, extra: bytes | None
) -> None:
    """For every leaf; another leaf, another index or another log's key is refused."""
    index %= size
    levels = Levels(leaf_hash(b"%d" % number) for number in range(size))
    written = Proof(index, tuple(levels.inclusion(index, size)), checkpoint(size), extra)
    read = Proof.parse(str(written).encode())
    assert read == written
    assert read.verify(leaf_hash(b"%d" % index), [signer().key]).size == size
    with pytest.raises(Unproven):
        read.verify(leaf_hash(b"other"), [signer().key])
    with pytest.raises(Unproven):
        read.verify(leaf_hash(b"%d" % index), [signer(seed=2).key])
    with pytest.raises(Unproven):
        Proof(size, written.path, written.note).verify(leaf_hash(b"%d" % index), [signer().key])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1\n", "@v2\n"),
        ("@v1\n", "@v1\n\n"),
        ("index 2", "index 02"),
        ("index 2", "Index 2"),
        ("index 2\n", ""),
        ("index 2\n", "extra !\nindex 2\n"),
        ("index 2\n", "index 2\nAAAA\n"),
        ("index 2\n", "index 2\n" + "A" * 43 + "=\n" * 64),
        ("\n\n", "\n"),
        ("@v1\n", "@v1\r\n"),
    ],
)
def test_a_proof_file_in_another_form_is_refused(old: str, new: str) -> None:
    """Header, order, numbers and hashes are read to the letter."""
    levels = Levels(leaf_hash(b"%d" % number) for number in range(5))
    written = str(Proof(2, tuple(levels.inclusion(2, 5)), checkpoint()))
    assert old in written
    with pytest.raises(Unproven):
        Proof.parse(written.replace(old, new, 1).encode())
