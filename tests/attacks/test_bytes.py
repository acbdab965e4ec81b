"""No byte of a bundle can be another one: each is flipped in turn."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from services.audit.archive import write_archive
from tests.attacks.conftest import Target
from tests.bundles import Writer, export, house_on, question, verdict_on, wrong, zipped
from tests.facts import SUBMITTED
from tools import verify_bundle

ASKED = question()


@pytest.fixture(scope="module")
def small(module_database: str) -> dict[str, bytes]:
    """The smallest bundle there is: a case of one fact, without decisions."""
    Writer(module_database).write(SUBMITTED)
    with house_on(module_database) as house:
        return dict(export(house).entries)


def test_each_byte_of_a_bundle_counts(small: dict[str, bytes]) -> None:
    """Given any one byte flipped, something is wrong and it is named: an entry, or the place in the container."""
    whole = zipped(small)
    found = {place: _problems(_flipped(whole, place)) for place in range(len(whole))}
    assert [place for place, problems in found.items() if not problems] == []
    assert [problems[0] for problems in found.values() if not _is_name(problems[0].entry)] == []
    assert _problems(whole) == []


@pytest.mark.usefixtures("signatures_remembered")
def test_each_byte_of_an_entry_counts_also_in_a_flawless_container(small: dict[str, bytes]) -> None:
    """Given any byte of an entry flipped, by somebody who makes container and manifest anew, it is named.

    What only the fact of the export vouches for is named by that fact.
    """
    vouching = next(name for name in small if name.startswith("events/") and b"bundle-exported" in small[name])
    unseen = []
    for name, content in small.items():
        steps = 97 if name == "report.html" else 1  # long, and every byte of it is vouched for in the same way
        for place in range(0, len(content) if name != "manifest.json" else 0, steps):
            problems = {one.entry for one in _problems(zipped({**small, name: _flipped(content, place)}))}
            proof = name.replace("events/", "proofs/").replace(".json", ".tlog-proof")
            if not problems & {name, vouching, "manifest.json", proof}:
                unseen.append((name, place, problems))
    assert unseen == []


def test_an_altered_entry_with_the_old_manifest_is_named(target: Target) -> None:
    """Given every entry in turn with one byte more, the manifest's digest names it."""
    for name, content in target.entries.items():
        if name != "manifest.json":
            found = wrong(zipped({**target.entries, name: content + b" "}, manifest=False), target.folder)
            assert name in found, found


def test_an_entry_too_few_or_too_many_is_named(target: Target) -> None:
    """Given the manifest as it was, what is missing and what is extra are both told by name."""
    for name in target.entries.keys() - {"manifest.json"}:
        gone = {one: content for one, content in target.entries.items() if one != name}
        assert "ontbreekt" in wrong(zipped(gone, manifest=False), target.folder)[name]
    more = {**target.entries, "events/999.json": b"{}"}
    assert "niet in manifest.json" in wrong(zipped(more, manifest=False), target.folder)["events/999.json"]
    other = {**target.entries, "readme.txt": b"hello"}
    ((entry, what),) = wrong(zipped(other), target.folder).items()
    assert entry.startswith("onderdeel")
    assert "readme.txt" in what


def test_a_bundle_that_is_cut_or_continued_is_no_bundle(target: Target) -> None:
    """Given bytes cut off the end, or put behind it, the place in the container is named."""
    whole = zipped(target.entries)
    for raw in (whole[:-1], whole[: len(whole) // 2], whole[:40], b"", whole + b"\0", b"\0" + whole):
        (entry,) = wrong(raw, target.folder)
        assert _is_name(entry), entry


def test_the_same_entries_in_another_zip_are_no_bundle(target: Target) -> None:
    """Given compression, the container is refused: its headers leave no choice."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in target.entries.items():
            archive.writestr(name, content)
    assert "vaste vorm" in next(iter(wrong(packed.getvalue(), target.folder).values()))


def test_any_zip_program_opens_a_bundle(target: Target) -> None:
    """The container is an ordinary zip: Python's own reader finds every entry whole, also beyond 65,535 of them."""
    with ZipFile(BytesIO(zipped(target.entries))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == target.entries
    many = BytesIO()
    write_archive(many, {f"events/{number}.json": b"{}" for number in range(70_000)} | {"manifest.json": b"{}"})
    with ZipFile(many) as archive:
        assert len(archive.namelist()) == 70_001
        assert archive.read("events/69999.json") == b"{}"
    assert len(verify_bundle.Archive(many.getvalue()).entries) == 70_001


def test_a_flawless_bundle_passes(target: Target, tmp_path: Path) -> None:
    """Nothing of the above fails for another reason than the attack."""
    verdict = verdict_on(zipped(target.entries), tmp_path)
    assert verdict.holds, list(verdict.lines())


def _flipped(raw: bytes, place: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 0x01]) + raw[place + 1 :]


def _problems(raw: bytes) -> list[verify_bundle.Wrong]:
    try:
        check = verify_bundle.Check(verify_bundle.Archive(raw), ASKED.key, ASKED.witnesses, ASKED.quorum)
    except verify_bundle.Wrong as problem:
        return [problem]
    check.run()
    return check.problems


def _is_name(entry: str) -> bool:
    known = ("manifest.json", "checkpoint", "counters.json", "report.html", "onderdeel ", verify_bundle.TABLE)
    return entry.startswith((*known, "events/", "proofs/", "policies/", "decisions/", "consistency/"))
