"""Policy files: whom to believe, and how many of them."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.errors import BadSetting
from infra.transparency.cosignature import Cosigner, WitnessKey
from infra.transparency.policy import Policy
from tests.transparency.keeping import NOON, signer
from tests.transparency.watching import LEAVES, note_of


def vkey(number: int) -> str:
    """Return the key string of one witness."""
    key = Ed25519PrivateKey.from_private_bytes(bytes([100 + number]) * 32).public_key().public_bytes_raw()
    return str(WitnessKey(f"witness.example/w{number}", key))


def test_a_policy_file_names_witnesses_groups_and_the_quorum() -> None:
    """Two of three police witnesses and any of two others, as C2SP tlog-policy writes it."""
    text = f"""
    # whom we believe
    log {signer().key}
    witness X1 {vkey(1)} https://w1.example/
    witness X2 {vkey(2)}
    witness\tX3 {vkey(3)}
    group X 2 X1 X2 X3
    witness Y1 {vkey(4)}
    witness Y2 {vkey(5)}
    group Y any Y1 Y2
    group both all X Y
    quorum both
    """
    policy = Policy.parse(text.encode())
    note, quorum = note_of(LEAVES, 5), policy.quorum
    lines = {
        number: Cosigner(
            f"witness.example/w{number}", Ed25519PrivateKey.from_private_bytes(bytes([100 + number]) * 32)
        ).cosign(note.text, NOON)
        for number in range(1, 6)
    }
    assert list(policy.urls.values()) == ["https://w1.example"]
    assert policy.logs == (signer().key,)
    assert len(policy.witnesses) == 5
    for signers, met in (({1, 3, 5}, True), ({1, 2, 3}, False), ({1, 4, 5}, False), ({2, 3, 4}, True), (set(), False)):
        assert quorum.met(note.with_signatures(lines[one] for one in signers)) is met
    assert Policy.parse(b"quorum none\n").quorum.met(note)
    assert Policy.parse(f"witness A {vkey(1)}\nquorum A\n".encode()).quorum.needed == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum A",
        "quorum none\nquorum none",
        "quorum",
        "other line",
        "log x+y+z\nquorum none",
        "log {log}\nlog {log}\nquorum none",
        "log {one}\nquorum none",
        "witness A {log}\nquorum A",
        "witness A {one}\nwitness B {one}\nquorum A",
        "witness A {one}\nwitness A {two}\nquorum A",
        "witness none {one}\nquorum none",
        "witness A {one} ftp://x\nquorum A",
        "witness A {one} http://elsewhere.example\nquorum A",
        "witness A {one}\ngroup G 2 A\nquorum G",
        "witness A {one}\ngroup G 0 A\nquorum G",
        "witness A {one}\ngroup G any B\nquorum G",
        "witness A {one}\ngroup G any\nquorum G",
        "witness A {one}\ngroup G any A A\nquorum G",
        "witness A {one}\ngroup G any A\ngroup H any A\nquorum G",
        "quorum none\r",
    ],
)
def test_a_policy_file_that_could_be_misread_is_refused(text: str) -> None:
    """Duplicates, unknown names, impossible numbers, unsafe addresses."""
    written = text.format(log=signer().key, one=vkey(1), two=vkey(2)) if "{" in text else text
    with pytest.raises(BadSetting):
        Policy.parse(written.encode())
