"""Tokens and issuers that tests share: real signatures, and a real HTTP server for what an issuer publishes."""

import base64
import json
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from events.errors import NotSignedIn
from infra.local.issuer import KEY_NAME, LocalIssuer
from infra.settings import Settings
from infra.tokens import JwtTokens
from services.sessions import Tokens

SUB, OIN, TASK = "j.de.vries@politie.example", "00000001003214345000", "police-task"


def reader(issuer: str, jwks_file: Path | None = None, elapsed: Callable[[], float] = time.monotonic) -> Tokens:
    return JwtTokens.from_settings(Settings(oidc_issuer=issuer, jwks_file=jwks_file), elapsed)


def key_of(issuer: LocalIssuer) -> Ed25519PrivateKey:
    key = load_pem_private_key(issuer.jwks_file.with_name(KEY_NAME).read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def kid_of(issuer: LocalIssuer) -> str:
    return str(json.loads(issuer.jwks_file.read_text())["keys"][0]["kid"])


def payload(issuer: str, **changes: object) -> dict[str, object]:
    """Return what a valid token says, with *changes*; a change to None leaves the claim out."""
    now = int(time.time())
    said = {"iss": issuer, "aud": "zvh", "iat": now, "exp": now + 3600, "sub": SUB, "oin": OIN, "task": TASK} | changes
    return {name: value for name, value in said.items() if value is not None}


def signed(by: LocalIssuer, **changes: object) -> str:
    """Return a token with the key of *by*; ``kid`` changes the header, all else what it says."""
    kid = changes.pop("kid", None) or kid_of(by)
    return jwt.encode(payload(by.issuer, **changes), key_of(by), algorithm="EdDSA", headers={"kid": kid})


def segment(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refusal_of(tokens: Tokens, token: str) -> NotSignedIn:
    """Return the refusal of *token*, after a look that nothing of the token stands in it."""
    with pytest.raises(NotSignedIn) as refused:
        tokens.read(token)
    told = "".join(traceback.format_exception(refused.value))
    assert not [part for part in (SUB, OIN, TASK) if part in told]
    assert not [token[at : at + 12] for at in range(len(token) - 11) if token[at : at + 12] in told]
    assert refused.value.says.endswith(".")
    assert refused.value.remedy.endswith(".")
    return refused.value


class Published:
    """What an issuer publishes over HTTP, and how often it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []
        self.url = ""
        self.is_asked, self.answers = threading.Event(), threading.Event()
        self.answers.set()

    def publish(self, *issuers: LocalIssuer, **changes: object) -> None:
        """Publish the keys of *issuers*, with *changes* to the discovery document."""
        document = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | changes
        self.pages["/.well-known/openid-configuration"] = json.dumps(document).encode()
        keys = [key for one in issuers for key in json.loads(one.jwks_file.read_text())["keys"]]
        self.pages["/keys"] = json.dumps({"keys": keys}).encode()


@contextmanager
def serving(published: Published, port: int = 0) -> Iterator[None]:
    """Serve *published* on loopback until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.asked.append(self.path)
            published.is_asked.set()
            published.answers.wait(10)
            page = published.pages.get(self.path)
            self.send_response(302 if self.path in published.moved else 503 if page is None else 200)
            if self.path in published.moved:
                self.send_header("Location", published.moved[self.path])
            self.end_headers()
            self.wfile.write(page or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the output of a test is for its failure."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        published.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
