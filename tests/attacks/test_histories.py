"""Attacks on what the bundle tells: facts left out, altered or moved, old states, second histories, false witnesses."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.transparency.cosignature import Cosigner
from infra.transparency.note import Note, NoteSigner, parse
from infra.transparency.tree import leaf_hash
from tests.attacks.conftest import Target
from tests.bundles import (
    cosigned,
    question,
    resigned,
    rewritten,
    under_another_note,
    verdict_on,
    wrong,
    zipped,
)
from tests.facts import CASE
from tests.transparency.keeping import NOON, ORIGIN
from tools.verify_bundle import Paths

W1, W2 = (
    Cosigner(f"witness{number}.example/w", Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))
    for number in (1, 2)
)


def without(entries: dict[str, bytes], *indexes: int) -> dict[str, bytes]:
    """Leave out facts with all that hangs on them."""
    gone = {name for index in indexes for name in (f"events/{index}.json", f"proofs/{index}.tlog-proof")}
    gone |= {f"decisions/{index}.json" for index in indexes}
    return {name: content for name, content in entries.items() if name not in gone}


def sequence_of(entries: dict[str, bytes], index: int) -> int:
    """Return a fact's number in its case."""
    number: int = json.loads(entries[f"events/{index}.json"])["sequence"]
    return number


def renumbered(entries: dict[str, bytes], index: int, number: int) -> bytes:
    """Return a fact with another number in its case."""
    old = b'"sequence":%d,' % sequence_of(entries, index)
    return entries[f"events/{index}.json"].replace(old, b'"sequence":%d,' % number)


def test_the_tail_is_cut_off(target: Target) -> None:
    """Given the newest two facts of the case left out, the case and the number that is missing are named."""
    found = wrong(zipped(without(target.entries, *target.case[-2:])), target.folder)
    missing = sequence_of(target.entries, target.case[-2])
    assert f"nummer {missing} ontbreekt" in found[f"zaak {CASE}"]
    assert "andere inhoud" in found[target.export]


def test_one_fact_is_dropped_and_the_rest_renumbered(target: Target) -> None:
    """Given a fact gone and those after it one lower, each of these no longer stands in the log so."""
    gone, *later = target.case[3:]
    entries = without(target.entries, gone)
    for index in later:
        entries[f"events/{index}.json"] = renumbered(entries, index, sequence_of(entries, index) - 1)
    found = wrong(zipped(entries), target.folder)
    assert all("staat niet zo in het logboek" in found[f"events/{index}.json"] for index in later)


def test_two_sealed_values_are_swapped(target: Target) -> None:
    """Given the boxes of two sealed values changed places in a fact, that fact is named."""
    entries = target.entries
    name = next(f"events/{one}.json" for one in target.case if b'"necessity"' in entries[f"events/{one}.json"])
    fact = json.loads(entries[name])
    data = fact["data"]
    data["necessity"], data["subsidiarity"] = data["subsidiarity"], data["necessity"]
    entries[name] = json.dumps(fact, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    assert "staat niet zo in het logboek" in wrong(zipped(entries), target.folder)[name]


def test_a_refused_attempt_is_deleted(target: Target) -> None:
    """Given a refusal left out, its case has a gap, and its decision has no outcome any more."""
    entries = target.entries
    refusal = next(one for one in target.case if b"disclosure-refused" in entries[f"events/{one}.json"])
    found = wrong(zipped(without(entries, refusal)), target.folder)
    assert f"nummer {sequence_of(entries, refusal)} ontbreekt" in found[f"zaak {CASE}"]
    whole = wrong(zipped(without(entries, refusal, refusal - 1)), target.folder)
    assert f"nummer {sequence_of(entries, refusal) - 1} ontbreekt" in whole[f"zaak {CASE}"]
    assert "counters.json" in found
    assert "counters.json" in whole


def test_an_old_checkpoint_is_replayed(target: Target) -> None:
    """Given the checkpoint of an earlier day in place of this one, it is named; so is every proof."""
    entries = target.entries
    old = next(name for name in entries if name.endswith(".checkpoint"))
    swapped = wrong(zipped({**entries, "checkpoint": entries[old]}), target.folder)
    assert "ander controlepunt" in swapped[f"proofs/{target.case[0]}.tlog-proof"]
    everywhere = wrong(zipped(under_another_note(entries, entries[old])), target.folder)
    assert any(name.startswith(("events/", "consistency/")) for name in everywhere)


def test_an_old_bundle_is_shown_to_who_holds_a_newer_checkpoint(target: Target) -> None:
    """Given a checkpoint of more facts in the auditor's hands, a bundle of fewer is an old state."""
    newer = resigned(target.entries, lambda _: None, target.bundle.log_size + 5)["checkpoint"]
    found = wrong(zipped(target.entries), target.folder, question(since=newer))
    assert "oude stand" in found["checkpoint"]


def forged(target: Target) -> dict[str, bytes]:
    """Return a second history, in which a refusal was for another reason."""
    refusal = next(one for one in target.case if b"disclosure-refused" in target.entries[f"events/{one}.json"])
    changed = target.entries[f"events/{refusal}.json"].replace(b'"NO_PURPOSE"', b'"SECRECY"')
    return rewritten(target.bundle, {refusal: changed})


def test_a_second_history_signed_with_the_real_key_passes_alone_and_betrays_itself_beside_the_first(
    target: Target, tmp_path: Path
) -> None:
    """Given both histories of one size, equivocation is told with both signed notes, to be shown to anyone."""
    second = forged(target)
    alone = verdict_on(zipped(second), tmp_path)
    assert alone.holds, list(alone.lines())
    first = tmp_path / "first.zip"
    first.write_bytes(zipped(target.entries))
    found = wrong(zipped(second), tmp_path, question(compare=first))
    ((entry, told),) = found.items()
    assert "AFSPLITSING" in told
    assert entry.startswith("events/")
    assert target.entries["checkpoint"].decode() in told
    assert second["checkpoint"].decode() in told


def test_a_second_history_does_not_follow_from_what_the_auditor_holds(target: Target, tmp_path: Path) -> None:
    """Given a checkpoint of the first history of the same size, both notes are the evidence."""
    told = wrong(zipped(forged(target)), tmp_path, question(since=target.entries["checkpoint"]))["checkpoint"]
    assert "AFSPLITSING" in told
    assert target.entries["checkpoint"].decode() in told


def test_a_second_history_finds_no_witness(target: Target, tmp_path: Path) -> None:
    """Given witnesses who cosigned the first history, the second has nobody."""
    asked = question((W1, W2))
    assert verdict_on(zipped(cosigned(target.entries, W1, W2)), tmp_path, asked).holds
    assert "te weinig getuigen" in wrong(zipped(forged(target)), tmp_path, asked)["checkpoint"]


def test_an_empty_proof_proves_a_tree_of_one_leaf_and_nothing_else(target: Target) -> None:
    """Given no hashes, a tree of one leaf is proven; a larger tree, another leaf or another index is not."""
    leaf, other = leaf_hash(b"one"), leaf_hash(b"other")
    assert Paths(1, leaf).check(0, leaf, b"") is None
    assert Paths(1, leaf).check(0, other, b"") is not None
    assert Paths(2, leaf).check(0, leaf, b"") is not None
    assert Paths(1, leaf).check(1, leaf, b"") is not None
    index = target.case[0]
    proof = f"proofs/{index}.tlog-proof"
    head = b"c2sp.org/tlog-proof@v1\nindex %d\n\n" % index
    entries = {**target.entries, proof: head + target.entries["checkpoint"]}
    assert "niet zo lang" in wrong(zipped(entries), target.folder)[f"events/{index}.json"]


def test_one_witness_counts_once(target: Target) -> None:
    """Given two cosignatures of one witness where two are asked for, it is one; the same key twice is no question."""
    asked = question((W1, W2), 2)
    once = wrong(zipped(cosigned(target.entries, W1, times=2)), target.folder, asked)
    assert "2 gevraagd, hoogstens 1" in once["checkpoint"]
    with pytest.raises(ValueError, match="twee keer"):
        question((W1, W1), 2)
    renamed = Cosigner("another.example/w", W1.private)
    with pytest.raises(ValueError, match="twee keer"):
        question((W1, renamed), 2)
    assert verdict_on(zipped(cosigned(target.entries, W1, W2)), target.folder, asked).holds


def test_a_false_cosignature_in_the_name_of_a_witness_is_named(target: Target) -> None:
    """Given a line with the witness' name and key id that it never made, the checkpoint is named."""
    line = W1.cosign(parse(target.entries["checkpoint"]).text + "other\n", NOON)
    note = (target.entries["checkpoint"].decode() + f"{line}\n").encode()
    entries = under_another_note(target.entries, note)
    assert "witness1.example/w klopt niet" in wrong(zipped(entries), target.folder, question((W1,)))["checkpoint"]


def test_another_key_of_the_same_name_signed_it(target: Target) -> None:
    """Given a bundle signed by somebody who calls himself like the log, the auditor's key does not fit."""
    stranger = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32))
    text = parse(target.entries["checkpoint"]).text
    note = str(Note(text, (stranger.sign(text),))).encode()
    entries = under_another_note(target.entries, note)
    assert "niet ondertekend met de sleutel" in wrong(zipped(entries), target.folder)["checkpoint"]
