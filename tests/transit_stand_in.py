"""A stand-in for a transit engine: a small HTTP server that speaks the documented API of encrypt, decrypt and rewrap.

It is held to the same contract tests as a real OpenBao, and says the same sentences in the same cases.
"""

import json
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Told(Exception):
    """An answer that is no success: status and what it says."""


@dataclass
class StandIn:
    """One engine with one key, ``zvh``, mounted at ``transit``."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)
    versions: list[bytes] = field(default_factory=lambda: [secrets.token_bytes(32)], repr=False)
    oldest: int = 1
    sealed: bool = False
    seen: list[tuple[str, str | None]] = field(default_factory=list)
    """(verb, namespace) of each request."""
    address: str = ""

    def rotate(self) -> None:
        """Make a new version of the key."""
        self.versions.append(secrets.token_bytes(32))

    def forget(self, below: int) -> None:
        """Read no version below this one (min_decryption_version)."""
        self.oldest = below

    def answer(self, path: str, token: str | None, body: dict[str, str]) -> dict[str, object]:
        """Return the data of the answer. Raises: Told."""
        if self.sealed:
            raise Told(503, "Vault is sealed")
        if token != self.token:
            raise Told(403, "permission denied")
        parts = path.strip("/").split("/")
        if parts[:2] != ["v1", "transit"]:
            raise Told(404, f'no handler for route "{path}". route entry not found.')
        verb, name = parts[2:]
        if name != "zvh":
            raise Told(400, "encryption key not found")
        if verb == "encrypt":
            return self._encrypted(b64decode(body["plaintext"]))
        plain = self._decrypted(body["ciphertext"])
        return self._encrypted(plain) if verb == "rewrap" else {"plaintext": b64encode(plain).decode()}

    def _encrypted(self, plain: bytes) -> dict[str, object]:
        nonce = secrets.token_bytes(12)
        box = b64encode(nonce + AESGCM(self.versions[-1]).encrypt(nonce, plain, None)).decode()
        return {"ciphertext": f"vault:v{len(self.versions)}:{box}", "key_version": len(self.versions)}

    def _decrypted(self, ciphertext: str) -> bytes:
        _, version, box = ciphertext.split(":")
        number, raw = int(version[1:]), b64decode(box)
        if number < self.oldest:
            raise Told(400, "ciphertext or signature version is disallowed by policy (too old)")
        try:
            return AESGCM(self.versions[number - 1]).decrypt(raw[:12], raw[12:], None)
        except (InvalidTag, IndexError):
            raise Told(400, "cipher: message authentication failed") from None


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run a stand-in on loopback until the block ends."""
    engine = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            engine.seen.append((self.path.split("/")[-2], self.headers["X-Vault-Namespace"]))
            status, document = 200, dict[str, object]()
            try:
                document["data"] = engine.answer(self.path, self.headers["X-Vault-Token"], body)
            except Told as told:
                status, document = told.args[0], {"errors": [told.args[1]]}
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    engine.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
