"""A key-encryption key that never leaves its engine: the transit engine of OpenBao or Vault, over HTTP.

The engine's own associated data cannot be used: its rewrap takes none, so a rotation would bring every data key out.
Instead the place stands, as its SHA-256, beside the key in what is wrapped; the engine's cipher keeps both together.
Source: the HTTP API of the transit secrets engine (encrypt, decrypt, rewrap), OpenBao 2 and Vault 1.
"""

import hashlib
import hmac
import json
import re
import ssl
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import urllib3

from events.errors import BadSetting, Corrupt, Unavailable
from infra.settings import Settings, safe_url
from infra.wrapping import KEY_BYTES

TOO_OLD = "disallowed by policy"
NO_KEY = "encryption key not found"
"""What the engine says, with status 400, of a version that it does not read any more, and of a name without a key."""
_CIPHERTEXT = re.compile(rb"vault:v[1-9][0-9]{0,8}:[A-Za-z0-9+/=]{40,400}")


class EngineRefuses(Unavailable):
    """The engine answers and does not let us in, or has no such key: a setting or a token is wrong."""


class TransitWrapping:
    """Fits ``Wrapping``: every wrap and unwrap is one request to the engine.

    Args:
        address: of the server, ``https://host:port``; http only on this machine itself.
        key: name of the key in the engine that is mounted at *mount*.
        token_file: read again at each request, so that an agent may renew it.
    """

    def __init__(
        self,
        address: str,
        key: str,
        mount: str = "transit",
        *,
        token: str | None = None,
        token_file: Path | None = None,
        namespace: str | None = None,
        ca_file: Path | None = None,
        seconds: float = 5.0,
    ) -> None:
        if not safe_url(address) or "?" in address:
            raise BadSetting("ZVH_TRANSIT_URL begint met https://; http:// kan alleen op deze machine zelf.")
        if (token is None) == (token_file is None):
            raise BadSetting("Geef ZVH_TRANSIT_TOKEN_FILE of ZVH_TRANSIT_TOKEN: het token voor de sleutelmachine.")
        self._id = f"transit:{f'{namespace}/' if namespace else ''}{mount}/{key}"
        self._url = f"{address.rstrip('/')}/v1/{quote(mount)}/{{}}/{quote(key, safe='')}"
        # A function, so that no text about this object can show the token.
        self._token: Callable[[], str] = lambda: _token_in(token_file) if token_file is not None else token or ""
        try:
            trust = ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise BadSetting(
                f"ZVH_TRANSIT_CA_FILE kan niet worden gelezen ({type(error).__name__}). Controleer het bestand."
            ) from None
        # Unlike others this client asks no proxy and reads no password file of the environment.
        self._http = urllib3.PoolManager(maxsize=8, ssl_context=trust, timeout=seconds, retries=False)
        self._headers = {"X-Vault-Namespace": namespace} if namespace else {}

    @classmethod
    def from_settings(cls, settings: Settings) -> "TransitWrapping | None":
        """Return the engine that *settings* name, or None. Raises: BadSetting."""
        if settings.transit_url is None:
            return None
        token = settings.transit_token
        return cls(
            settings.transit_url,
            settings.transit_key,
            settings.transit_mount,
            token=token.get_secret_value() if token else None,
            token_file=settings.transit_token_file,
            namespace=settings.transit_namespace,
            ca_file=settings.transit_ca_file,
            seconds=settings.transit_seconds,
        )

    @property
    def id(self) -> str:
        """See ``Wrapping``."""
        return self._id

    def close(self) -> None:
        """Give back the connections."""
        self._http.clear()

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """See ``Wrapping``."""
        return self._ciphertext("encrypt", plaintext=b64encode(key + _mark(place)).decode())

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """See ``Wrapping``."""
        told = self._ask("decrypt", ciphertext=self._well_formed(wrapped)).get("plaintext")
        try:
            content = b64decode(str(told), validate=True)
        except NotBase64:
            content = b""
        if len(content) != KEY_BYTES + hashlib.sha256().digest_size or not hmac.compare_digest(
            content[KEY_BYTES:], _mark(place)
        ):
            raise self._does_not_fit()
        return content[:KEY_BYTES]

    def renew(self, wrapped: bytes, place: bytes) -> bytes:
        """See ``Wrapping``. The key does not leave the engine."""
        fresh = self._ciphertext("rewrap", ciphertext=self._well_formed(wrapped))
        return wrapped if _version(fresh) == _version(wrapped) else fresh

    def _ciphertext(self, verb: str, **body: str) -> bytes:
        found = str(self._ask(verb, **body).get("ciphertext")).encode()
        if not _CIPHERTEXT.fullmatch(found):
            raise Unavailable("De sleutelmachine geeft een antwoord dat niet te lezen is. Vraag haar beheerder.")
        return found

    def _well_formed(self, wrapped: bytes) -> str:
        if not _CIPHERTEXT.fullmatch(wrapped):
            raise self._does_not_fit()
        return wrapped.decode()

    def _ask(self, verb: str, **body: str) -> dict[str, object]:
        """POST to the engine and return the data of its answer."""
        status, content, trouble = 0, b"", ""
        try:
            headers = {**self._headers, "X-Vault-Token": self._token()}
            answer = self._http.request("POST", self._url.format(verb), json=body, headers=headers, redirect=False)
            status, content = answer.status, answer.data
        except (urllib3.exceptions.HTTPError, ValueError) as error:  # a token of strange signs is a ValueError
            trouble = type(error).__name__  # the error itself may hold the request, and with it token and key
        if trouble:
            raise Unavailable(
                f"De sleutelmachine antwoordt niet ({trouble}). Controleer ZVH_TRANSIT_URL en of zij draait."
            )
        document = _json(content)
        data = document.get("data")
        if status == 200 and isinstance(data, dict):
            return data
        raise self._trouble_of(status, str(document.get("errors")))

    def _trouble_of(self, status: int, said: str) -> Exception:
        if status in (401, 403):
            return EngineRefuses(
                f"De sleutelmachine laat ons niet toe (HTTP {status}). Vernieuw het token van ZVH_TRANSIT_TOKEN_FILE "
                f"en geef het de rechten van de handleiding op {self._id}."
            )
        if status == 404 or (status == 400 and NO_KEY in said):
            return EngineRefuses(
                f"De sleutelmachine heeft geen sleutel {self._id}. Controleer ZVH_TRANSIT_MOUNT, ZVH_TRANSIT_KEY en "
                "ZVH_TRANSIT_NAMESPACE."
            )
        if status == 400 and TOO_OLD in said:
            return Corrupt(
                f"Een sleutel staat onder een versie van {self._id} die de sleutelmachine niet meer leest. Laat haar "
                "beheerder min_decryption_version verlagen, of zet een nieuwere back-up terug."
            )
        if status == 400:
            return self._does_not_fit()
        if status == 503:
            return Unavailable("De sleutelmachine is verzegeld of nog niet klaar (HTTP 503). Laat haar openen.")
        return Unavailable(f"De sleutelmachine kan het nu niet (HTTP {status}). Probeer het later opnieuw.")

    def _does_not_fit(self) -> Corrupt:
        return Corrupt(f"Een sleutel is gewijzigd, of hoort niet bij de hoofdsleutel {self._id}.")


def _mark(place: bytes) -> bytes:
    return hashlib.sha256(place).digest()


def _version(wrapped: bytes) -> bytes:
    return wrapped.split(b":")[1]


def _json(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _token_in(file: Path) -> str:
    try:
        if file.stat().st_mode & 0o077:
            raise EngineRefuses("ZVH_TRANSIT_TOKEN_FILE is voor anderen leesbaar. Zet de rechten op 600.")
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EngineRefuses(
            f"ZVH_TRANSIT_TOKEN_FILE kan niet worden gelezen ({type(error).__name__}). Controleer pad en rechten."
        ) from None
