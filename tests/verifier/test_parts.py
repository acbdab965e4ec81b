"""The parts of the one-file verifier, each against published vectors and against a library that others keep."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.transparency.tree import Levels, leaf_hash
from tests.transparency.test_note import EXAMPLE_KEY
from tools.verify_bundle import Key, Paths, Wrong, canonical, ed25519_holds, grows, parse_canonical, ranges

VECTORS = Path(__file__).parents[1] / "transparency" / "vectors"
ABC = (
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
)
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        ABC,
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17a"
        "d9bef1177331a704",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_hold(public: str, message: str, signature: str) -> None:
    """The vectors of section 7.1; and with one bit of the message, the signature or the key turned, none holds."""
    key, text, value = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert ed25519_holds(key, value, text)
    assert not ed25519_holds(key, value, text + b"\0")
    for place in (0, 31, 32, 63):
        assert not ed25519_holds(key, value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :], text)
    assert not ed25519_holds(bytes([key[0] ^ 1]) + key[1:], value, text)


@settings(deadline=None, max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 63), st.integers(0, 255))
def test_a_signature_holds_when_it_holds_for_the_library(seed: bytes, message: bytes, place: int, mask: int) -> None:
    """Any key and message, the signature as it is or with a byte changed: the same answer as OpenSSL's."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, value = private.public_key().public_bytes_raw(), bytearray(private.sign(message))
    value[place] ^= mask
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes(value), message)
        expected = True
    except InvalidSignature:
        expected = False
    assert ed25519_holds(public, bytes(value), message) is expected
    assert expected is (mask == 0)


def test_a_signature_has_one_form_and_so_has_a_key() -> None:
    """Given S plus the order of the group, a key beyond the prime, or wrong lengths, nothing holds."""
    public, message, signature = (bytes.fromhex(one) for one in RFC_8032[1])
    s = int.from_bytes(signature[32:], "little") + ORDER
    assert not ed25519_holds(public, signature[:32] + s.to_bytes(32, "little"), message)
    for y in (PRIME, PRIME + 1, 2**255 - 1):
        assert not ed25519_holds(y.to_bytes(32, "little"), signature, message)
    assert not ed25519_holds((1 | 1 << 255).to_bytes(32, "little"), signature, message)
    assert not ed25519_holds(public[:-1], signature, message)
    assert not ed25519_holds(public, signature + b"\0", message)


@given(json_values)
def test_canonical_json_is_that_of_the_library(value: object) -> None:
    """Any JSON: what the library for RFC 8785 writes is read, and written again the same."""
    written = rfc8785.dumps(value)  # type: ignore[arg-type]
    assert canonical(parse_canonical("x", written)).encode() == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (333333333.33333329, "333333333.3333333"),
        (1e30, "1e+30"),
        (4.50, "4.5"),
        (2e-3, "0.002"),
        (1e-27, "1e-27"),
        (1e21, "1e+21"),
        (1.5e20, "150000000000000000000"),
        (5e-324, "5e-324"),
        (-1e-7, "-1e-7"),
        (0.000001, "0.000001"),
    ],
)
def test_numbers_are_written_as_rfc_8785_says(number: float, written: str) -> None:
    """The examples of the standard and the ends of each form."""
    assert canonical(parse_canonical("x", written.encode())) == written
    assert rfc8785.dumps(number).decode() == written


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1, "b":2}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":12345678901234567890}',
        rb'{"a":"\u0061"}',
        rb'{"a":"\/"}',
        rb'{"a":"\ud800"}',
        '{"\uffff":1,"\U00010000":2}'.encode(),
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        b"[" * 100_000,
        b"",
    ],
)
def test_other_forms_of_json_are_refused(raw: bytes) -> None:
    """Given spaces, another order, doubles, other escapes, other numbers or no JSON, it is not canonical."""
    with pytest.raises(Wrong, match="geen canonieke JSON"):
        parse_canonical("x", raw)


def test_the_example_key_of_the_standard_is_read_and_a_damaged_one_is_not() -> None:
    """Key of C2SP signed-note; with another id, of another kind, or cut, it is refused."""
    assert Key.parse(EXAMPLE_KEY, 0x01).name == "example.com/foo"
    for written, kind in (
        (EXAMPLE_KEY, 0x04),
        (EXAMPLE_KEY.replace("530d903a", "530d903b"), 0x01),
        (EXAMPLE_KEY[:-4], 0x01),
        ("", 0x01),
    ):
        with pytest.raises(ValueError, match=r"."):
            Key.parse(written, kind)


def lines(path: list[bytes]) -> bytes:
    """Write a path as a proof file has it."""
    return b"".join(base64.b64encode(one) + b"\n" for one in path)


@pytest.mark.parametrize("size", [*range(1, 34), 100, 255, 256, 257])
def test_every_leaf_is_proven_and_no_other(size: int) -> None:
    """Each index of trees of many sizes, all checked against one another; no hash, leaf or index can be changed."""
    leaves = [leaf_hash(b"%d" % number) for number in range(size)]
    tree = Levels(leaves)
    root = tree.root(size)
    paths = Paths(size, root)
    for index in range(size):
        path = lines(tree.inclusion(index, size))
        assert paths.check(index, leaves[index], path) is None
        assert paths.check(index, leaves[index], path) is None, "once more, now that all is known"
        for changed in (path[:-45], path + path[:45], path + b"A" * 44 + b"\n"):
            assert changed == path or paths.check(index, leaves[index], changed) is not None
        assert paths.check(index, leaf_hash(b"other"), path) is not None
        if size > 1:
            assert paths.check((index + 1) % size, leaves[index], path) is not None
            for fresh in (Paths(size, root), paths):
                for place in range(0, len(path), 45):
                    other = path[:place] + base64.b64encode(bytes(32)) + path[place + 44 :]
                    assert fresh.check(index, leaves[index], other) is not None


def test_the_vectors_of_transparency_dev_are_judged_as_they_say() -> None:
    """All 98 inclusion proofs and all consistency proofs, most of them broken on purpose."""
    for one in _vectors("merkle-inclusion"):
        path = lines([base64.b64decode(part) for part in one["proof"] or []])
        root, leaf = base64.b64decode(one["root"] or ""), base64.b64decode(one["leafHash"] or "")
        assert (Paths(one["treeSize"], root).check(one["leafIdx"], leaf, path) is not None) is one["wantErr"], one
    for one in _vectors("merkle-consistency"):
        path_of = [base64.b64decode(part) for part in one["proof"] or []]
        roots = base64.b64decode(one["root1"] or ""), base64.b64decode(one["root2"] or "")
        if one["size1"] > 0:  # from the empty tree every tree grows; the verifier settles that before it asks
            assert grows(one["size1"], one["size2"], *roots, path_of) is not one["wantErr"], one


@pytest.mark.parametrize("new", [1, 2, 3, 7, 8, 9, 30, 64, 65])
def test_growth_is_proven_from_every_earlier_size(new: int) -> None:
    """Each old size holds; with a hash changed, missing or more, none does."""
    tree = Levels(leaf_hash(b"%d" % number) for number in range(new))
    root = tree.root(new)
    for old in range(1, new + 1):
        path, before = tree.consistency(old, new), tree.root(old)
        assert grows(old, new, before, root, path)
        assert not grows(old, new, before, root, [*path, bytes(32)])
        assert not grows(old, new, bytes(32), root, path)
        for place in range(len(path)):
            assert not grows(old, new, before, root, [*path[:place], bytes(32), *path[place + 1 :]])
            assert not grows(old, new, before, root, path[:place])


def test_runs_of_numbers_are_told_by_their_ends() -> None:
    """Given rising numbers, each run without a gap is one pair."""
    assert ranges([]) == []
    assert ranges([1, 2, 3, 7, 9, 10]) == [[1, 3], [7, 7], [9, 10]]


def _vectors(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text())
    return found
