"""The issuer's keys, from a file and from a real HTTP server: rotation, outage, and the issuer of one machine."""

import json
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from events.errors import BadSetting, Unavailable
from infra.issuer_keys import (
    AFTER_FAILURE_SECONDS,
    FRESH_SECONDS,
    LARGEST_DOCUMENT,
    UNKNOWN_KEY_SECONDS,
    USABLE_SECONDS,
)
from infra.local.issuer import KEY_NAME, LocalIssuer
from infra.local.processes import free_port
from infra.settings import Settings, load
from infra.tokens import JwtTokens
from tests.tokens import OIN, SUB, TASK, Published, kid_of, payload, reader, refusal_of, segment, serving, signed


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> LocalIssuer:
    return LocalIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"jwks_file": "/nowhere/jwks.json"}, "ZVH_OIDC_ISSUER"),
        ({"oidc_issuer": "http://id.example"}, "ZVH_OIDC_ISSUER"),
        ({"oidc_issuer": "https://id.example/?a=b"}, "ZVH_OIDC_ISSUER"),
        ({"oidc_issuer": "https://user:secret@id.example"}, "ZVH_OIDC_ISSUER"),
        ({"oidc_issuer": "file:///etc/passwd"}, "ZVH_OIDC_ISSUER"),
        ({"oidc_issuer": "https://id.example", "token_max_hours": 25}, "ZVH_TOKEN_MAX_HOURS"),
        ({"oidc_issuer": "https://id.example", "audience": ""}, "ZVH_AUDIENCE"),
    ],
    ids=str,
)
def test_a_setting_that_would_weaken_sign_in_stops_the_start(given: dict[str, object], named: str) -> None:
    """Given an issuer without https, or another wrong setting, the start stops and names it, never its value."""
    with pytest.raises(BadSetting, match=named) as error:
        load(**given)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "content", [None, "", "{}", '{"keys": []}', '{"keys": [{"kty": "oct", "kid": "a", "k": "YQ"}]}']
)
def test_a_file_without_a_usable_key_stops_the_start(content: str | None, tmp_path: Path) -> None:
    """Given no file, or one without a public key, there is no sign-in to offer; without an issuer neither."""
    file = tmp_path / "jwks.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(BadSetting, match="ZVH_JWKS_FILE"):
        reader("https://id.example", file)
    with pytest.raises(BadSetting, match="ZVH_OIDC_ISSUER"):
        JwtTokens.from_settings(Settings())


@pytest.fixture
def published() -> Iterator[Published]:
    one = Published()
    with serving(one):
        yield one


class Elapsed:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_keys_are_found_by_discovery_and_kept(issuer: LocalIssuer, published: Published) -> None:
    """Given an issuer that publishes its keys, many tokens cost one look at its two documents."""
    published.publish(issuer)
    tokens = reader(published.url)
    token = signed(issuer, iss=published.url)
    with ThreadPoolExecutor(8) as pool:
        assert {one.sub for one in pool.map(tokens.read, [token] * 40)} == {SUB}
    assert published.asked == ["/.well-known/openid-configuration", "/keys"]


def test_a_new_key_of_the_issuer_is_found(issuer: LocalIssuer, published: Published, tmp_path: Path) -> None:
    """Given a rotation, a token of the new key holds at once, and one of the old key no longer."""
    new = LocalIssuer(tmp_path)
    published.publish(issuer)
    tokens = reader(published.url)
    tokens.read(signed(issuer, iss=published.url))
    published.publish(new)
    assert tokens.read(signed(new, iss=published.url)).sub == SUB
    refusal_of(tokens, signed(issuer, iss=published.url))


def test_made_up_keys_do_not_make_us_ask_and_ask(issuer: LocalIssuer, published: Published, tmp_path: Path) -> None:
    """Given a stream of tokens with unknown keys, the issuer is asked once a minute; then a new key is found."""
    elapsed, new = Elapsed(), LocalIssuer(tmp_path)
    published.publish(issuer)
    tokens = reader(published.url, elapsed=elapsed)
    tokens.read(signed(issuer, iss=published.url))
    for made_up in range(5):
        refusal_of(tokens, signed(issuer, iss=published.url, kid=f"made-up-{made_up}"))
    assert published.asked.count("/keys") == 2
    published.publish(issuer, new)
    refusal_of(tokens, signed(new, iss=published.url))
    elapsed.seconds += UNKNOWN_KEY_SECONDS + 1
    assert tokens.read(signed(new, iss=published.url)).sub == SUB
    assert published.asked.count("/keys") == 3


def test_a_token_with_a_forbidden_algorithm_asks_the_issuer_nothing(published: Published) -> None:
    """Given an algorithm that we never accept, there is no reason to look for its key."""
    tokens = reader(published.url)
    for algorithm in ("none", "HS256"):
        refusal_of(tokens, f"{segment({'alg': algorithm, 'kid': 'a'})}.{segment(payload(published.url))}.")
    assert published.asked == []


def test_a_withdrawn_key_stops_working(issuer: LocalIssuer, published: Published, tmp_path: Path) -> None:
    """Given a key that the issuer took back, its tokens are refused once our keys are no longer fresh."""
    elapsed = Elapsed()
    published.publish(issuer)
    tokens, token = reader(published.url, elapsed=elapsed), signed(issuer, iss=published.url)
    tokens.read(token)
    published.publish(LocalIssuer(tmp_path))
    elapsed.seconds += FRESH_SECONDS + 1
    refusal_of(tokens, token)


def test_a_slow_issuer_holds_up_nobody_whose_key_is_known(issuer: LocalIssuer, published: Published) -> None:
    """Given one session that waits for the issuer's keys of today, others go on with the keys they know."""
    elapsed = Elapsed()
    published.publish(issuer)
    tokens, token = reader(published.url, elapsed=elapsed), signed(issuer, iss=published.url)
    tokens.read(token)
    elapsed.seconds += FRESH_SECONDS + 1
    published.answers.clear()
    published.is_asked.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(tokens.read, token)
        try:
            assert published.is_asked.wait(10)
            assert tokens.read(token).sub == SUB
            assert not waiting.done()
        finally:
            published.answers.set()
        assert waiting.result().sub == SUB


def test_nobody_signs_in_while_the_issuer_cannot_be_reached(issuer: LocalIssuer) -> None:
    """Given nothing that listens, the answer is "not available"; when the issuer is back, the token holds."""
    elapsed, published, port = Elapsed(), Published(), free_port()
    url = f"http://127.0.0.1:{port}"
    tokens, token = reader(url, elapsed=elapsed), signed(issuer, iss=url)
    for _ in range(2):
        with pytest.raises(Unavailable) as error:
            tokens.read(token)
        assert SUB not in "".join(traceback.format_exception(error.value))
    with serving(published, port):
        published.publish(issuer)
        with pytest.raises(Unavailable):
            tokens.read(token)
        assert published.asked == []
        elapsed.seconds += AFTER_FAILURE_SECONDS + 1
        assert tokens.read(token).sub == SUB


def test_known_keys_serve_for_an_hour_without_the_issuer(issuer: LocalIssuer, tmp_path: Path) -> None:
    """Given an issuer that went silent, people go on for an hour; a key never seen is "not available", not "wrong"."""
    elapsed, published = Elapsed(), Published()
    with serving(published):
        published.publish(issuer)
        tokens, token = reader(published.url, elapsed=elapsed), signed(issuer, iss=published.url)
        tokens.read(token)
    for _ in range(2):
        with pytest.raises(Unavailable):
            tokens.read(signed(LocalIssuer(tmp_path), iss=published.url))
    elapsed.seconds += USABLE_SECONDS - 1
    assert [tokens.read(token).sub for _ in range(2)] == [SUB, SUB]
    elapsed.seconds += 2
    with pytest.raises(Unavailable):
        tokens.read(token)


@pytest.mark.parametrize(
    "changes",
    [{"issuer": "https://zvh.invalid/other"}, {"jwks_uri": "http://127.1:{port}/keys"}, {"jwks_uri": "nonsense"}],
    ids=str,
)
def test_an_issuer_that_contradicts_the_setting_is_not_trusted(
    issuer: LocalIssuer, published: Published, changes: dict[str, object]
) -> None:
    """Given a discovery document with another issuer, or keys without https, its keys are not even fetched."""
    port = published.url.rpartition(":")[2]
    published.publish(issuer, **{name: str(value).format(port=port) for name, value in changes.items()})
    with pytest.raises(Unavailable):
        reader(published.url).read(signed(issuer, iss=published.url))
    assert "/keys" not in published.asked


@pytest.mark.parametrize("page", [None, b"", b"<html>", b'{"keys": []}'])
def test_keys_of_no_use_are_not_available(issuer: LocalIssuer, published: Published, page: bytes | None) -> None:
    """Given an error, something else, or no key, nobody signs in, and nobody is told to be wrong."""
    published.publish(issuer)
    del published.pages["/keys"]
    if page is not None:
        published.pages["/keys"] = page
    with pytest.raises(Unavailable):
        reader(published.url).read(signed(issuer, iss=published.url))


def test_an_answer_that_goes_on_and_on_is_not_read(issuer: LocalIssuer, published: Published) -> None:
    """Given good keys and a megabyte of nothing after them, they are not taken."""
    published.publish(issuer)
    published.pages["/keys"] += b" " * LARGEST_DOCUMENT
    with pytest.raises(Unavailable):
        reader(published.url).read(signed(issuer, iss=published.url))


def test_the_issuer_may_not_send_us_elsewhere(issuer: LocalIssuer, published: Published) -> None:
    """Given a redirect of the keys, it is not followed: the other address could be one without https."""
    published.publish(issuer)
    published.pages["/elsewhere"] = published.pages.pop("/keys")
    published.moved["/keys"] = f"{published.url}/elsewhere"
    with pytest.raises(Unavailable):
        reader(published.url).read(signed(issuer, iss=published.url))
    assert "/elsewhere" not in published.asked


def test_the_local_issuer_keeps_its_key(tmp_path: Path) -> None:
    """Given a folder that has a key, the same key serves again, and only its owner can read it."""
    first = LocalIssuer(tmp_path / "new")
    file = tmp_path / "new" / KEY_NAME
    before, token = file.read_bytes(), first.token(SUB, OIN, TASK)
    second = LocalIssuer(tmp_path / "new")
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o600
    assert reader(second.issuer, second.jwks_file).read(token).sub == SUB
    assert sorted(one.name for one in (tmp_path / "new").iterdir()) == sorted([KEY_NAME, second.jwks_file.name])
    assert "d" not in json.loads(second.jwks_file.read_text())["keys"][0]


def test_the_local_issuer_never_writes_over_a_file_that_may_be_a_key(tmp_path: Path) -> None:
    """Given a key file that is of no use, or that others may read, it stays as it is and the start stops."""
    file = tmp_path / KEY_NAME
    file.write_text("not a key")
    file.chmod(0o600)
    with pytest.raises(BadSetting, match="geen bruikbare sleutel"):
        LocalIssuer(tmp_path)
    file.chmod(0o644)
    with pytest.raises(BadSetting, match="600"):
        LocalIssuer(tmp_path)
    assert file.read_text() == "not a key"


def test_two_processes_that_make_the_local_issuer_at_once_share_one_key(tmp_path: Path) -> None:
    """Given several that start in an empty folder, the tokens of each hold for all."""
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: LocalIssuer(tmp_path), range(6)))
    assert len({kid_of(one) for one in made}) == 1
    tokens = reader(made[0].issuer, made[0].jwks_file)
    assert {tokens.read(one.token(SUB, OIN, TASK)).sub for one in made} == {SUB}
