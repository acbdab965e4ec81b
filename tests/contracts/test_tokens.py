"""Tokens with real signatures: what holds, and that no refusal tells anything of a token."""

import hashlib
import hmac
import json
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from events.errors import NotSignedIn
from events.session import Claims
from infra.local.issuer import LocalIssuer
from infra.tokens import EXPIRED, NOT_ONE_HAT, TOO_LONG
from services.sessions import Tokens
from tests.tokens import OIN, SUB, TASK, key_of, kid_of, payload, reader, refusal_of, segment, signed


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> LocalIssuer:
    return LocalIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def tokens(issuer: LocalIssuer) -> Tokens:
    return reader(issuer.issuer, issuer.jwks_file)


def test_a_valid_token_says_who_asks_for_which_one_organisation_and_task(issuer: LocalIssuer, tokens: Tokens) -> None:
    """Given a token of the issuer, its claims come back; the person's name is not in their text."""
    claims = tokens.read(issuer.token(SUB, OIN, TASK, roles=["reader"]))
    assert claims == Claims(SUB, OIN, TASK, ("reader",))
    assert SUB not in repr(claims)


def test_roles_may_be_left_out_and_an_audience_may_be_one_of_several(issuer: LocalIssuer, tokens: Tokens) -> None:
    """Given a token for us and others, without roles, it holds."""
    assert tokens.read(signed(issuer, aud=["account", "zvh"])).roles == ()


@pytest.mark.parametrize("change", [{"exp": -20}, {"iat": 20}, {"nbf": 20}], ids=str)
def test_clocks_may_differ_by_half_a_minute(issuer: LocalIssuer, tokens: Tokens, change: dict[str, int]) -> None:
    """Given a moment that is just past, or just to come, the token holds."""
    now = int(time.time())
    assert tokens.read(signed(issuer, **{name: now + seconds for name, seconds in change.items()})).sub == SUB


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": ["another"]},
        {"iss": "https://zvh.invalid/other"},
        {"iss": ["https://zvh.invalid/local"]},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"roles": "reader"},
        {"roles": [7]},
        pytest.param({"exp": str(int(time.time()) + 1800)}, id="exp-in-text"),
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"iat": True},
        {"iat": 0.5, "exp": 10**400},
        *({name: None} for name in ("exp", "iat", "iss", "aud", "sub")),
    ],
    ids=str,
)
def test_a_token_of_another_shape_or_for_somebody_else_is_refused(
    issuer: LocalIssuer, tokens: Tokens, changes: dict[str, object]
) -> None:
    """Given a good signature under something that is not a session with us, nobody is signed in."""
    said = payload(issuer.issuer, **changes)
    token = jwt.encode({}, key_of(issuer), algorithm="EdDSA", headers={"kid": kid_of(issuer)})
    signing_input = f"{token.split('.')[0]}.{segment(said)}"
    refusal_of(tokens, f"{signing_input}.{segment(key_of(issuer).sign(signing_input.encode()))}")


@pytest.mark.parametrize(
    "changes",
    [
        {"oin": None},
        {"task": None},
        {"oin": [OIN]},
        {"task": [TASK, "wmo"]},
        {"oin": OIN[1:]},
        {"oin": OIN + "\n"},
        {"oin": int(OIN)},
        {"task": "Police Task"},
    ],
    ids=str,
)
def test_a_session_has_exactly_one_organisation_and_one_task(
    issuer: LocalIssuer, tokens: Tokens, changes: dict[str, object]
) -> None:
    """Domain 3: given no organisation or task, several, or what is none, the reader is told to choose one."""
    assert refusal_of(tokens, signed(issuer, **changes)).says == NOT_ONE_HAT[0]


def test_a_token_that_is_over_is_told_apart(issuer: LocalIssuer, tokens: Tokens) -> None:
    """Given a token of yesterday, the reader learns that a new sign-in is all it takes."""
    yesterday = int(time.time()) - 86400
    assert refusal_of(tokens, signed(issuer, iat=yesterday, exp=yesterday + 3600)).says == EXPIRED[0]


@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_token_for_later_is_refused(issuer: LocalIssuer, tokens: Tokens, name: str) -> None:
    """Given a token that starts in a minute, nobody is signed in yet."""
    refusal_of(tokens, signed(issuer, **{name: int(time.time()) + 60}))


def test_a_token_may_live_for_twelve_hours_and_no_longer(issuer: LocalIssuer, tokens: Tokens) -> None:
    """Given a lifetime of twelve hours it holds; of one second more, not."""
    now = int(time.time())
    assert tokens.read(signed(issuer, iat=now, exp=now + 12 * 3600)).oin == OIN
    assert refusal_of(tokens, signed(issuer, iat=now, exp=now + 12 * 3600 + 1)).says == TOO_LONG[0]


def test_a_token_without_signature_is_refused(issuer: LocalIssuer, tokens: Tokens) -> None:
    """Given the algorithm ``none``, in any spelling, what the token says does not count."""
    for algorithm in ("none", "None", ["none"], None):
        header = segment({"alg": algorithm, "kid": kid_of(issuer)})
        refusal_of(tokens, f"{header}.{segment(payload(issuer.issuer))}.")


def test_the_public_key_is_no_shared_secret(issuer: LocalIssuer, tokens: Tokens) -> None:
    """RFC 8725, 2.1: given a token signed with HS256 and our public key as the secret, it is refused."""
    public = key_of(issuer).public_key()
    secrets = [
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.Raw, PublicFormat.Raw),
        issuer.jwks_file.read_bytes(),
    ]
    signing_input = f"{segment({'alg': 'HS256', 'kid': kid_of(issuer)})}.{segment(payload(issuer.issuer))}"
    for secret in secrets:
        refusal_of(tokens, f"{signing_input}.{segment(hmac.digest(secret, signing_input.encode(), hashlib.sha256))}")


def test_a_secret_or_weak_key_among_the_issuers_keys_is_not_used(issuer: LocalIssuer, tmp_path: Path) -> None:
    """Given a set with a shared secret and a short RSA key next to a good one, only the good one counts."""
    secret = b"s" * 32
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    listed = json.loads(issuer.jwks_file.read_text())["keys"]
    listed += [{"kty": "oct", "kid": "secret", "k": segment(secret)}, {"kty": "RSA", "kid": "broken", "n": "!", "e": 1}]
    listed += [{**RSAAlgorithm.to_jwk(weak.public_key(), as_dict=True), "kid": "weak"}]
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": listed}))
    tokens = reader(issuer.issuer, file)
    assert tokens.read(issuer.token(SUB, OIN, TASK)).sub == SUB
    said = payload(issuer.issuer)
    refusal_of(tokens, jwt.encode(said, secret, algorithm="HS256", headers={"kid": "secret"}))
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = jwt.encode(said, weak, algorithm="RS256", headers={"kid": "weak"})
    refusal_of(tokens, token)


@pytest.mark.parametrize(
    ("algorithm", "holds"),
    [("ES256", True), ("PS256", True), ("RS256", True), ("RS512", False), ("PS384", False)],
)
def test_the_usual_asymmetric_algorithms_hold(algorithm: str, holds: bool, tmp_path: Path) -> None:
    """Given a key that names no algorithm, the allowed ones of its type hold and the others do not."""
    curve, modulus = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    file = tmp_path / "jwks.json"
    listed = [ECAlgorithm.to_jwk(curve.public_key(), as_dict=True), RSAAlgorithm.to_jwk(modulus.public_key(), True)]
    file.write_text(json.dumps({"keys": [{**one, "kid": str(one["kty"])} for one in listed]}))
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = curve if algorithm == "ES256" else modulus
    kid = "EC" if algorithm == "ES256" else "RSA"
    token = jwt.encode(payload("https://id.example"), key, algorithm=algorithm, headers={"kid": kid})
    tokens = reader("https://id.example", file)
    if holds:
        assert tokens.read(token).sub == SUB
    else:
        refusal_of(tokens, token)


def test_a_token_of_another_key_is_refused(issuer: LocalIssuer, tokens: Tokens, tmp_path: Path) -> None:
    """Given another issuer, under its own key's name, under ours, or under none, nobody is signed in."""
    other = LocalIssuer(tmp_path)
    refusal_of(tokens, other.token(SUB, OIN, TASK))
    refusal_of(tokens, signed(other, kid=kid_of(issuer)))
    refusal_of(tokens, jwt.encode(payload(issuer.issuer), key_of(issuer), algorithm="EdDSA"))


@given(text=st.text() | st.lists(st.text(), min_size=3, max_size=5).map(".".join))
@settings(max_examples=60)
def test_whatever_is_no_token_is_refused(text: str, tokens: Tokens) -> None:
    """Given any text, the answer is a refusal and no other error."""
    with pytest.raises(NotSignedIn):
        tokens.read(text)


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_character_breaks_a_token(data: st.DataObject, issuer: LocalIssuer, tokens: Tokens) -> None:
    """Given a valid token, any other character at any place makes it no longer hold."""
    token = issuer.token(SUB, OIN, TASK)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda one: one != token[at]))
    with pytest.raises(NotSignedIn):
        tokens.read(token[:at] + other + token[at + 1 :])


def test_a_text_that_cannot_be_encoded_is_refused(tokens: Tokens) -> None:
    """Given half of a surrogate pair, which has no bytes, the answer is a refusal as well."""
    refusal_of(tokens, "a.\ud800.c")


def test_a_very_long_token_is_not_even_read(issuer: LocalIssuer, tokens: Tokens) -> None:
    """Given a token with a good signature and far too much in it, it is refused."""
    refusal_of(tokens, signed(issuer, extra="x" * 9000))
