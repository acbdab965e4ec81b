#!/usr/bin/env python3
"""Checks an audit bundle of a Zorg- en Veiligheidshuis, without trusting the house, its operator or its software.

    python3 -I verify_bundle.py BUNDEL.zip --key SLEUTEL [--witness SLEUTEL ... --quorum K]
                                [--since CONTROLEPUNT] [--compare ANDERE.zip] [--json]

One file, Python's standard library alone, no network, nothing of the house. The form of a bundle and each check stand
in docs/bundle.md; whoever mistrusts this program too can write another one from that page.

Exit code: 0 everything holds, 1 something does not (each line names the entry and what is wrong), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import calendar
import errno
import gc
import hashlib
import json
import mmap
import re
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

FORMAT = "nl.zvh.audit-bundle.v1"
MOST_PROBLEMS = 25
"""After so many it is plain enough."""
TYPE_DECISION = "nl.zvh.decisions.access-decided.v1"
TYPE_DISCLOSED = "nl.zvh.disclosures.data-disclosed.v1"
TYPE_REFUSED = "nl.zvh.disclosures.disclosure-refused.v1"
TYPE_EXPORT = "nl.zvh.audits.bundle-exported.v1"
TYPE_CONSULTED = "nl.zvh.ledger.ledger-consulted.v1"
TYPE_POLICY_SET = "nl.zvh.governance.policy-set-activated.v1"
CERTIFICATE = "zvh-erasure-certificate-v1"
TYPE_DESTROYED = "nl.zvh.cases.case-destroyed.v1"
TYPE_REPEATED = "nl.zvh.erasures.erasure-repeated.v1"
TYPES_ERASED = ("nl.zvh.erasures.subject-erased.v1", TYPE_REPEATED)


class Stop(Exception):
    """So much is wrong that the rest is not looked at."""


class Wrong(Exception):
    """Something in the bundle does not hold."""

    def __init__(self, entry: str, what: str) -> None:
        self.entry, self.what = entry, what
        super().__init__(f"{entry}: {what}")


# --- Ed25519 (RFC 8032, section 5.1), verification alone. Nothing here is secret, so nothing is constant-time. ------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_M1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z."""


def _add(p: _Point, q: _Point) -> _Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(p: _Point) -> _Point:
    a, b = p[0] * p[0] % _P, p[1] * p[1] % _P
    c, h = 2 * p[2] * p[2] % _P, a + b
    e = h - (p[0] + p[1]) * (p[0] + p[1])
    g = a - b
    f = c + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decoded(raw: bytes) -> _Point | None:
    """Return the point of its 32 bytes; None when there is none, or when they are not its one encoding."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_M1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _encoded(p: _Point) -> bytes:
    inverse = pow(p[2], _P - 2, _P)
    x, y = p[0] * inverse % _P, p[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE = _decoded(_BASE_Y.to_bytes(32, "little"))
_NEUTRAL: _Point = (0, 1, 1, 0)


def ed25519_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether *signature* (64 bytes) is that of the key *public* (32 bytes) over *message*."""
    if len(public) != 32 or len(signature) != 64 or _BASE is None:
        return False
    key = _decoded(public)
    s = int.from_bytes(signature[32:], "little")
    if key is None or s >= _L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    minus_key: _Point = (_P - key[0], key[1], 1, _P - key[3])
    table = (_NEUTRAL, _BASE, minus_key, _add(_BASE, minus_key))
    found = _NEUTRAL
    for bit in range(max(s.bit_length(), h.bit_length()) - 1, -1, -1):  # [s]B - [h]A, both at once
        found = _double(found)
        which = (s >> bit & 1) | (h >> bit & 1) << 1
        if which:
            found = _add(found, table[which])
    return _encoded(found) == signature[:32]


# --- Canonical JSON (RFC 8785) -------------------------------------------------------------------------------------


class _Other(ValueError):
    """JSON, but not in its one canonical form."""


class _Fraction:
    """A number with a fraction or an exponent: written by the rules of RFC 8785, 3.2.2.3."""

    def __init__(self, told: str) -> None:
        self.value = float(told)

    def written(self) -> str:
        if self.value == 0:
            return "0"
        mantissa, _, exponent = repr(self.value).partition("e")
        sign, digits = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
        before, _, after = digits.partition(".")
        after = "" if after == "0" else after
        point = len(before) + int(exponent or 0)
        plain = (before + after).lstrip("0")
        point -= len(before + after) - len(plain)
        plain = plain.rstrip("0") or "0"
        if 0 < point <= 21:
            whole = plain[:point].ljust(point, "0")
            return sign + whole + ("." + plain[point:] if plain[point:] else "")
        if -6 < point <= 0:
            return sign + "0." + "0" * -point + plain
        scaled = plain[0] + ("." + plain[1:] if plain[1:] else "")
        return f"{sign}{scaled}e{'+' if point > 0 else ''}{point - 1}"


def _whole(written: str) -> int | _Fraction:
    """Read a number without fraction; beyond 2**53 it is a double, as in JSON of every other language."""
    return int(written) if len(written) < 16 else _Fraction(written)


def _no_constant(name: str) -> NoReturn:
    raise _Other(f"{name} is geen JSON")


_DECODER = json.JSONDecoder(parse_float=_Fraction, parse_int=_whole, parse_constant=_no_constant)
_STRINGS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def canonical(value: Any) -> str:
    """Return *value*, as JSON gives it, in the one form of RFC 8785."""
    try:
        # The library's own writer is quick; it takes no fractions, and orders names with rare letters otherwise.
        text = _ENCODER.encode(value)
    except TypeError:
        return _carefully(value)
    return text if text.isascii() or max(text) < "\U00010000" else _carefully(value)


def _carefully(value: Any) -> str:
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda one: one[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_STRINGS.encode(name)}:{_carefully(one)}" for name, one in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_carefully, value)) + "]"
    return value.written() if isinstance(value, _Fraction) else _STRINGS.encode(value)


def parse_canonical(entry: str, raw: bytes) -> Any:
    """Return the value of canonical JSON. Raises: Wrong."""
    try:
        text = raw.decode("utf-8")
        value = _DECODER.decode(text)
        if canonical(value) != text:
            raise _Other("dezelfde inhoud wordt volgens RFC 8785 anders geschreven")
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, _Other) else type(error).__name__
        raise Wrong(entry, f"geen canonieke JSON ({said})") from None
    return value


# --- Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ----------------


@dataclass(frozen=True)
class Key:
    """A public key that the auditor brought: of the log (0x01), or of a witness (0x04)."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @classmethod
    def parse(cls, written: str, kind: int) -> Key:
        """Read a verifier key string. Raises: ValueError."""
        name, _, rest = written.strip().partition("+")
        told, _, encoded = rest.partition("+")
        raw = base64.b64decode(encoded, validate=True)
        if len(raw) != 33 or raw[0] != kind or not name or re.search(r"[\s+]", name):
            raise ValueError("geen sleutel van de soort die hier hoort")
        key = cls(name, kind, raw[1:])
        if told != key.key_id.hex():
            raise ValueError("kenmerk en sleutel horen niet bij elkaar")
        return key


@dataclass(frozen=True)
class Note:
    """A checkpoint as it was signed: the whole note, its parts, and who signed it."""

    raw: bytes
    origin: str
    size: int
    root: bytes
    witnesses: frozenset[bytes]
    """Public keys of the witnesses whose cosignature holds."""


def _base64(entry: str, written: str) -> bytes:
    try:
        raw = base64.b64decode(written.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if not raw or base64.b64encode(raw).decode() != written:
        raise Wrong(entry, "een waarde is geen geldige Base64")
    return raw


def read_note(entry: str, raw: bytes, key: Key, witnesses: Sequence[Key]) -> Note:
    """Read a checkpoint that *key* signed, with the cosignatures of *witnesses*. Raises: Wrong."""
    try:
        head, blank, tail = raw.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        raise Wrong(entry, "het controlepunt is geen UTF-8") from None
    lines = head.split("\n")
    if not blank or not tail.endswith("\n") or len(lines) != 3 or re.search(r"[\x00-\x09\x0b-\x1f]", head + tail):
        raise Wrong(entry, "geen ondertekend controlepunt van drie regels")
    origin, size, root = lines
    if origin != key.name:
        raise Wrong(entry, f"dit is een controlepunt van {origin}, niet van {key.name}")
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", size):
        raise Wrong(entry, "de grootte is geen getal")
    root_hash, text = _base64(entry, root), head + "\n"
    if len(root_hash) != 32:
        raise Wrong(entry, "de wortel is geen SHA-256")
    signed, cosigned = False, set()
    for line in tail[:-1].split("\n"):
        words = line.split(" ")
        if len(words) != 3 or words[0] != "—":
            raise Wrong(entry, "een regel met een handtekening heeft niet de vorm «— naam handtekening»")
        value = _base64(entry, words[2])
        if (words[1], value[:4]) == (key.name, key.key_id):
            if not ed25519_holds(key.public, value[4:], text.encode()):
                raise Wrong(entry, f"de handtekening van {key.name} klopt niet")
            signed = True
        for witness in witnesses:
            if (words[1], value[:4]) == (witness.name, witness.key_id):
                stamp = int.from_bytes(value[4:12], "big")
                message = f"cosignature/v1\ntime {stamp}\n{text}".encode()
                if not 0 < stamp < 2**63 or not ed25519_holds(witness.public, value[12:], message):
                    raise Wrong(entry, f"de medeondertekening van {witness.name} klopt niet")
                cosigned.add(witness.public)
    if not signed:
        raise Wrong(entry, f"niet ondertekend met de sleutel van {key.name} die u opgaf")
    return Note(raw, origin, int(size), root_hash, frozenset(cosigned))


# --- The Merkle tree (RFC 6962, RFC 9162) --------------------------------------------------------------------------

_sha256 = hashlib.sha256
EMPTY_ROOT = _sha256(b"").digest()
PROOF_HEADER = b"c2sp.org/tlog-proof@v1"
HASH_LINE = 45
"""A SHA-256 in Base 64, and the end of its line."""


def leaf_hash(value: bytes) -> bytes:
    """Return the hash of a leaf."""
    return _sha256(b"\x00" + value).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return _sha256(b"\x01" + left + right).digest()


def grows(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether *path* proves that the tree of size *new* begins with that of size *old* (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    hashes = iter(path)
    start = old_root if place == 0 else next(hashes, None)
    if start is None:
        return False
    found_old = found_new = start
    while last:
        sibling = next(hashes, None)
        if sibling is None:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            while not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        place, last = place >> 1, last >> 1
    return next(hashes, None) is None and found_old == old_root and found_new == new_root


class Paths:
    """Checks inclusion proofs against one root. What a proof shares with an earlier one is compared, not hashed again.

    A node of the tree is named by its level and place; what is known of it is its hash, and which bytes of which proof
    lead from it to the root. Both were checked up to the root before they were remembered.
    """

    def __init__(self, size: int, root: bytes) -> None:
        self._size, self._root = size, root
        self._known: dict[tuple[int, int], tuple[bytes, bytes, int]] = {}

    def check(self, index: int, leaf: bytes, hashes: bytes) -> str | None:
        """Return what is wrong with a proof, or None; *hashes* are its lines from the leaf's sibling upward."""
        if not 0 <= index < self._size or len(leaf) != 32:
            return f"het controlepunt telt {self._size} feiten, dus dit feit staat er niet in"
        below = (index ^ (self._size - 1)).bit_length()
        if len(hashes) != HASH_LINE * (below + bin(index >> below).count("1")):
            return "het pad naar de wortel is niet zo lang als het bij dit nummer en deze grootte is"
        level, place, last, at, found = 0, index, self._size - 1, 0, leaf
        trail = []
        while True:
            known = self._known.get((level, place))
            if known is not None:
                other = memoryview(known[1])[known[2] :]
                if known[0] != found or other != memoryview(hashes)[at:]:
                    return "dit feit staat niet zo in het logboek: het pad leidt niet naar de wortel"
                break
            trail.append(((level, place), found, at))
            if place == last:  # at the right edge of the tree a node without a sibling goes up as it is
                while place and not place & 1:
                    level, place, last = level + 1, place >> 1, last >> 1
                if place == 0:
                    if found != self._root:
                        return "dit feit staat niet zo in het logboek: het pad leidt niet naar de wortel"
                    break
            line = hashes[at : at + HASH_LINE]
            try:
                sibling = binascii.a2b_base64(line)
            except binascii.Error:
                sibling = b""
            if len(sibling) != 32 or binascii.b2a_base64(sibling) != line:
                return "een hash in het bewijs is geen SHA-256 in Base64"
            at += HASH_LINE
            found = node_hash(sibling, found) if place & 1 else node_hash(found, sibling)
            level, place, last = level + 1, place >> 1, last >> 1
        for node, digest, start in trail:
            self._known[node] = digest, hashes, start
        return None


# --- The container: a zip in one exact form, so that no byte of it can be something else ------------------------------

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_NUMBER = rb"(?:0|[1-9][0-9]{0,17})"
_NAME = re.compile(
    rb"manifest\.json|checkpoint|counters\.json|report\.html|(?:events|decisions|erasures)/%b\.json|proofs/%b\.tlog-proof"
    rb"|consistency/%b\.(?:checkpoint|add-checkpoint)|policies/[0-9a-f]{64}/[a-z0-9_-]+\.(?:cedar|cedarschema|json)"
    % (_NUMBER, _NUMBER, _NUMBER)
)
_JANUARY_1980 = 0x21
_VERSION, _MADE_BY, _FILE_MODE = 20, 3 << 8 | 20, 0o100644 << 16
_MOST = 0xFFFF
TABLE = "inhoudsopgave van het zip-bestand"


class Archive:
    """The entries of a bundle, read in place. Stored without compression, with nothing in a header to choose from."""

    def __init__(self, raw: bytes | mmap.mmap) -> None:
        self._raw = raw
        self.entries: dict[str, tuple[int, int]] = {}
        self.digests: dict[str, str] = {}
        """Name -> SHA-256 in hex, taken while the content is at hand."""
        central, at = bytearray(), 0
        while raw[at : at + 4] == b"PK\x03\x04":
            at = self._entry(at, central)
        self._end(at, bytes(central))

    def __getitem__(self, name: str) -> bytes:
        start, length = self.entries[name]
        return self._raw[start : start + length]

    def _entry(self, at: int, central: bytearray) -> int:
        raw = self._raw
        header = raw[at : at + _LOCAL.size]
        place = f"onderdeel {len(self.entries) + 1} van het zip-bestand"
        if len(header) < _LOCAL.size:
            raise Wrong(place, "het zip-bestand is afgebroken")
        _, _, _, _, _, _, crc, _, length, name_length, _ = _LOCAL.unpack(header)
        start = at + _LOCAL.size + name_length
        name = bytes(raw[at + _LOCAL.size : start])
        if not _NAME.fullmatch(name):
            raise Wrong(place, f"heet {name.decode('ascii', 'replace')!r}, en dat hoort niet in een bundel")
        entry = name.decode("ascii")
        expected = _LOCAL.pack(b"PK\x03\x04", _VERSION, 0, 0, 0, _JANUARY_1980, crc, length, length, name_length, 0)
        if header != expected:
            told = "de kop in het zip-bestand heeft niet de vaste vorm: het bestand is veranderd of opnieuw ingepakt"
            raise Wrong(entry, told)
        if start + length > len(raw):
            raise Wrong(entry, "het zip-bestand is afgebroken")
        content = raw[start : start + length]
        if zlib.crc32(content) != crc:
            raise Wrong(entry, "de inhoud is beschadigd: de controlesom van het zip-bestand klopt niet")
        if entry in self.entries:
            raise Wrong(entry, "dit onderdeel staat er twee keer in")
        self.entries[entry] = (start, length)
        self.digests[entry] = _sha256(content).hexdigest()
        central += _CENTRAL.pack(
            b"PK\x01\x02", _MADE_BY, _VERSION, 0, 0, 0, _JANUARY_1980, crc, length, length, name_length,
            0, 0, 0, 0, _FILE_MODE, at,
        )  # fmt: skip
        central += name
        return int(start + length)

    def _end(self, at: int, central: bytes) -> None:
        count = len(self.entries)
        tail = central
        if count >= _MOST:
            end64 = at + len(central)
            tail += _END64.pack(b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(central), at)
            tail += _LOCATOR.pack(b"PK\x06\x07", 0, end64, 1)
            tail += _END.pack(b"PK\x05\x06", 0, 0, _MOST, _MOST, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        else:
            tail += _END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), at, 0)
        if self._raw[at:] != tail:
            if self._raw[at : at + 4] != tail[:4]:
                raise Wrong(f"onderdeel {count + 1} van het zip-bestand", "begint niet zoals een onderdeel begint")
            raise Wrong(TABLE, "past niet bij de onderdelen: afgebroken, aangevuld of gewijzigd")
        names = list(self.entries)
        if names[:1] != ["manifest.json"] or names[1:] != sorted(names[1:]):
            raise Wrong(TABLE, "de onderdelen staan niet in de vaste volgorde, manifest.json voorop")


# --- Facts -----------------------------------------------------------------------------------------------------------

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NAMES = re.compile(
    rf"{_UUID} {_UUID} {_UUID} {_UUID} [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}\.[0-9]{{6}}Z "
    r"nl\.zvh\.[a-z]+\.[a-z-]+\.v[1-9][0-9]* urn:nld:oin:([0-9]{20}):systeem:[a-z-]+"
)
_ATTRIBUTES = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"} | {
    "correlationid",
    "causationid",
    "onbehalfof",
    "actor",
    "sequence",
}
_KEY_ID = re.compile(rb'"key_id":"([0-9a-f-]{36})"')


def envelope_problem(event: Any) -> str | None:
    """Return why a value is no fact of the house (CloudEvents 1.0 with the NL GOV profile), or None."""
    if not isinstance(event, dict) or event.keys() != _ATTRIBUTES:
        return "het feit heeft niet precies de kenmerken van een CloudEvent van het huis"
    data, sequence = event["data"], event["sequence"]
    names = _NAMES.fullmatch(
        f"{event['id']} {event['subject']} {event['correlationid']} {event['causationid']} {event['time']} "
        f"{event['type']} {event['source']}"
    )
    if names is None:
        return "een nummer, moment, soort of bron van het feit heeft een verkeerde vorm"
    if event["specversion"] != "1.0" or event["datacontenttype"] != "application/json":
        return "het feit is geen CloudEvent 1.0 met JSON"
    if event["dataschema"] != f"urn:nld:oin:{names[1]}:schema:{event['type']}":
        return "het feit noemt een ander schema dan dat van zijn soort"
    if not isinstance(sequence, int) or isinstance(sequence, bool) or sequence < 1:
        return "het volgnummer van het feit is geen getal vanaf 1"
    told = (data.get("task"), data.get("occurred_at"), data.get("legal_ref")) if isinstance(data, dict) else (None,)
    if {type(one) for one in told} != {str}:
        return "het feit zegt niet wanneer, voor welke taak of op welke grond"
    return None


def decision_record(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of a decision under the names of the Authorization Decision Log draft, from its fact."""
    data = event["data"]
    asked = [{"action": {"name": one["action"]}, "resource": one["resource"]} for one in data["evaluations"]]
    told = [
        {"decision": one["decision"], "context": {"reason": one["reason_code"], "policies": one["policies"]}}
        for one in data["evaluations"]
    ]
    single = len(asked) == 1
    request: dict[str, Any] = {"subject": data["subject"], "context": data["context"]}
    request.update(asked[0] if single else {"evaluations": asked})
    return {
        "trace_id": event["correlationid"].replace("-", ""),
        "span_id": data["decision_id"].replace("-", "")[16:],
        "parent_span_id": event["causationid"].replace("-", "")[16:],
        "event_name": "adl.access_evaluation" if single else "adl.access_evaluations",
        "timestamp": _milliseconds(event["time"]),
        "status": data["status"],
        "resource": {"service.name": "zvh"},
        "attributes": {
            "adl.core.policies": f"sha256:{data['policies']}",
            "adl.core.configuration": data["engine"],
        },
        "body": {
            "adl.core.request": request,
            "adl.core.response": told[0] if single else {"evaluations": told},
            "adl.core.information": {"entities": data["entities"], "attributes": data["attributes"]},
        },
    }


def _milliseconds(moment: str) -> int:
    """Return whole milliseconds since 1970 of ``2026-03-02T12:00:00.123456Z``; what is beyond them is cut off."""
    parts = [int(moment[at : at + length]) for at, length in ((0, 4), (5, 2), (8, 2), (11, 2), (14, 2), (17, 2))]
    return calendar.timegm(tuple(parts)) * 1000 + int(moment[20:23])


def burial_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the register of erasures must remember the destruction that a fact tells of."""
    data = event["data"]
    burial = {"fact_id": event["id"], "case_id": event["subject"], "keys": data.get("keys", [])}
    if event["type"] == TYPE_DESTROYED:
        return {**burial, "ground": "SUBJECT_ERASED" if data["legal_ref"] == "AVG:erasure" else "RETENTION"}
    return {**burial, "subject_id": data["subject_id"], "ground": data["ground"]}


def _buried(event: Mapping[str, Any]) -> Counter[str]:
    """Return the keys that a fact tells are destroyed: they are named there, and nothing is sealed with them."""
    destroys = event["type"] in (TYPE_DESTROYED, *TYPES_ERASED)
    told = canonical(event["data"].get("keys", [])) if destroys else ""
    return Counter(one.decode() for one in _KEY_ID.findall(told.encode()))


def erased_of(event: Mapping[str, Any], line: Mapping[str, Any], text: bytes) -> dict[str, Any] | None:
    """Return what fact and line of the register of erasures say together; None when they contradict each other."""
    data, burial, again = event["data"], line["burial"], event["type"] == TYPE_REPEATED
    if again:  # the line is that of the first time, and the fact names it
        told = [data["first_fact_id"], event["subject"], data.get("subject_id"), data["first_erased_at"]]
        told += [data["ledger_line"], data["ledger_digest"]]
        known = [burial["fact_id"], burial["case_id"], burial.get("subject_id"), line["at"]]
        known += [line["number"], hashlib.sha256(text).hexdigest()]
    else:
        told, known = [burial_of(event)], [burial]
    if told != known:
        return None
    erased = {name: one for name, one in burial.items() if name != "fact_id"}
    erased.update(keys=data.get("keys", []), deciders=data.get("deciders", []), legal_ref=data["legal_ref"])
    erased.update(decided_at=event["time"], destroyed_at=line["at"])
    return {**erased, "again_at": data["occurred_at"]} if again else erased


@dataclass
class Decision:
    """What a disclosure must agree with."""

    stream: str
    sequence: int
    policies: str
    reference_date: str
    subject: Mapping[str, Any]
    purpose: object
    allowed: frozenset[str]
    outcome: str | None = None


@dataclass
class Found:
    """What was checked of a bundle, for the summary and for comparing."""

    note: Note
    leaves: dict[int, bytes] = field(default_factory=dict)
    """Index -> hash of each fact; none of them before its proof held."""
    export: Mapping[str, Any] = field(default_factory=dict)
    export_index: int = -1
    streams: dict[str, list[int]] = field(default_factory=dict)
    """Stream -> sequences, in order of index."""
    numbers: dict[str, list[int]] = field(default_factory=dict)
    """Recipient -> its numbers, in order of index."""
    earlier: list[Note] = field(default_factory=list)
    decisions: int = 0
    open_decisions: int = 0
    disclosed: int = 0
    refused: int = 0
    before_decisions: int = 0
    erased: int = 0
    certified: int = 0
    policies: int = 0
    witnessed: int | None = None
    """Facts below this size are covered by enough witnesses."""


class Check:
    """One bundle, checked from the outside in."""

    def __init__(self, archive: Archive, key: Key, witnesses: Sequence[Key], quorum: int) -> None:
        self._archive, self._key, self._witnesses, self._quorum = archive, key, witnesses, quorum
        self._rules: dict[str, tuple[str, set[str]]] = {}
        self._sets: dict[str, Mapping[str, Any]] = {}
        self._decisions: dict[str, Decision] = {}
        self._ids: set[str] = set()
        self._graves: list[tuple[str, int, set[str] | None]] = []
        self._source = ""
        self.problems: list[Wrong] = []

    def run(self) -> Found | None:
        """Return what holds; None when so little holds that the rest cannot be looked at. See ``problems``."""
        try:
            manifest = self._manifest()
            note = read_note("checkpoint", self._archive["checkpoint"], self._key, self._witnesses)
            found = Found(note)
            self._digests(manifest)
            self._earlier(found)
            self._policies(found)
            self._facts(found, manifest)
            self._export(found, manifest)
            self._counters(found)
            self._erasures(found)
            self._witnessed(found)
        except Wrong as wrong:
            self.problems.append(wrong)
            return None
        except Stop:
            return None
        return found

    def _wrong(self, entry: str, what: str) -> None:
        self.problems.append(Wrong(entry, what))
        if len(self.problems) >= MOST_PROBLEMS:
            self.problems.append(Wrong("bundel", "er is al zoveel mis dat de rest niet meer is bekeken"))
            raise Stop

    def _manifest(self) -> Mapping[str, Any]:
        manifest = parse_canonical("manifest.json", self._archive["manifest.json"])
        if not isinstance(manifest, dict) or manifest.keys() != {"format", "origin", "export", "entries"}:
            raise Wrong("manifest.json", "heeft niet precies de onderdelen format, origin, export en entries")
        if manifest["format"] != FORMAT:
            raise Wrong("manifest.json", f"dit is geen bundel in de vorm {FORMAT}")
        if manifest["origin"] != self._key.name:
            raise Wrong("manifest.json", f"is van een ander logboek dan {self._key.name}")
        entries, export = manifest["entries"], manifest["export"]
        if not isinstance(entries, dict) or not isinstance(export, int) or isinstance(export, bool):
            raise Wrong("manifest.json", "noemt geen onderdelen, of geen nummer van de uitgifte")
        there = self._archive.entries.keys() - {"manifest.json"}
        for name in sorted(entries.keys() - there)[:5]:
            self._wrong(name, "staat in manifest.json en ontbreekt in de bundel")
        for name in sorted(there - entries.keys())[:5]:
            self._wrong(name, "staat in de bundel en niet in manifest.json")
        for name in ("checkpoint", "counters.json", "report.html", f"events/{export}.json"):
            if name not in there:
                self._wrong(name, "ontbreekt")
        indexes = {name[7:-5] for name in there if name.startswith("events/")}
        for name in there:
            folder, _, rest = name.partition("/")
            if folder in ("proofs", "decisions", "erasures") and rest.partition(".")[0] not in indexes:
                self._wrong(name, "hoort bij een feit dat er niet is")
        for index in indexes:
            if f"proofs/{index}.tlog-proof" not in there:
                self._wrong(f"proofs/{index}.tlog-proof", "ontbreekt: dit feit is niet bewezen")
        if self.problems:
            raise Stop
        return manifest

    def _digests(self, manifest: Mapping[str, Any]) -> None:
        entries = manifest["entries"]
        for name, digest in self._archive.digests.items():
            if name != "manifest.json" and digest != entries[name]:
                self._wrong(name, "de inhoud is een andere dan manifest.json zegt (SHA-256)")

    def _earlier(self, found: Found) -> None:
        for name in self._archive.entries:
            if not (name.startswith("consistency/") and name.endswith(".checkpoint")):
                continue
            note = read_note(name, self._archive[name], self._key, self._witnesses)
            growth = name.removesuffix("checkpoint") + "add-checkpoint"
            if name != f"consistency/{note.size}.checkpoint" or growth not in self._archive.entries:
                self._wrong(name, "hoort bij een andere grootte, of het bewijs van groei ontbreekt")
                continue
            if self._grown(growth, note, found.note):
                found.earlier.append(note)

    def _grown(self, name: str, old: Note, new: Note) -> bool:
        head, _, tail = self._archive[name].partition(b"\n\n")
        first, *hashes = head.decode("ascii", "replace").split("\n")
        if tail != new.raw or first != f"old {old.size}":
            self._wrong(name, "gaat niet van dit eerdere controlepunt naar dat van de bundel")
            return False
        path = [_base64(name, line) for line in hashes]
        proven = not path if old.size == 0 else grows(old.size, new.size, old.root, new.root, path)
        if not proven or (old.size == 0 and old.root != EMPTY_ROOT):
            self._wrong(name, f"het logboek is niet gegroeid uit het controlepunt van {old.size} feiten")
            return False
        return True

    def _policies(self, found: Found) -> None:
        folders: dict[str, list[str]] = {}
        for name in self._archive.entries:
            if name.startswith("policies/"):
                _, digest, file = name.split("/")
                folders.setdefault(digest, []).append(file)
        for digest, files in folders.items():
            texts = {}
            for file in files:
                try:
                    texts[file] = self._archive[f"policies/{digest}/{file}"].decode("utf-8")
                except UnicodeDecodeError:
                    self._wrong(f"policies/{digest}/{file}", "is geen UTF-8")
            tables = texts.pop("tables.json", None)
            if tables is None:
                self._wrong(f"policies/{digest}/tables.json", "ontbreekt")
                continue
            parse_canonical(f"policies/{digest}/tables.json", tables.encode())
            policy_set = _sha256(canonical(texts).encode()).hexdigest()
            whole = _sha256(f"{policy_set}|{_sha256(tables.encode()).hexdigest()}".encode("ascii")).hexdigest()
            if whole != digest:
                self._wrong(f"policies/{digest}", f"deze regels en tabellen hebben een ander kenmerk ({whole[:16]}…)")
                continue
            ids = {one for text in texts.values() for one in re.findall(r'@id\("([^"]+)"\)', text)}
            self._rules[digest] = (policy_set, ids)
        found.policies = len(self._rules)

    def _facts(self, found: Found, manifest: Mapping[str, Any]) -> None:
        paths = Paths(found.note.size, found.note.root)
        indexes = sorted(int(name[7:-5]) for name in self._archive.entries if name.startswith("events/"))
        end = b"\n\n" + found.note.raw
        for index in indexes:
            entry, proof = f"events/{index}.json", f"proofs/{index}.tlog-proof"
            value, shown = self._archive[entry], self._archive[proof]
            head = PROOF_HEADER + b"\nindex %d\n" % index
            if not shown.endswith(end):
                self._wrong(proof, "noemt een ander controlepunt dan dat van de bundel")
                continue
            hashes = shown[len(head) : len(shown) - len(end) + 1]
            if not shown.startswith(head):
                self._wrong(proof, f"is geen bewijs van feit {index}")
                continue
            leaf = leaf_hash(value)
            problem = paths.check(index, leaf, hashes)
            if problem:
                self._wrong(entry, problem)
                continue
            found.leaves[index] = leaf
            try:
                self._fact(found, index, entry, value)
            except Wrong as wrong:
                self._wrong(wrong.entry, wrong.what)
            except (KeyError, TypeError, AttributeError, IndexError) as error:
                self._wrong(entry, f"het feit heeft niet de vorm van zijn soort ({type(error).__name__})")
        if manifest["export"] not in found.leaves:
            raise Wrong(f"events/{manifest['export']}.json", "het feit van deze uitgifte is niet bewezen")

    def _fact(self, found: Found, index: int, entry: str, value: bytes) -> None:
        event = parse_canonical(entry, value)
        problem = envelope_problem(event)
        if problem:
            raise Wrong(entry, problem)
        kind, stream, data = event["type"], event["subject"], event["data"]
        self._source = self._source or event["source"]
        if event["source"] != self._source:
            raise Wrong(entry, "is van een ander huis dan de andere feiten")
        if event["id"] in self._ids:
            raise Wrong(entry, "dit feit staat er twee keer in")
        self._ids.add(event["id"])
        sequences = found.streams.setdefault(stream, [])
        if sequences and event["sequence"] <= sequences[-1]:
            raise Wrong(entry, f"volgnummer {event['sequence']} komt na {sequences[-1]} in dezelfde zaak")
        sequences.append(event["sequence"])
        if kind == TYPE_DECISION:
            self._decision(found, index, entry, event)
        elif kind in (TYPE_DISCLOSED, TYPE_REFUSED):
            self._disclosure(found, entry, event)
        elif kind == TYPE_CONSULTED:
            self._outcome_of(entry, data["decision_id"])
        elif kind == TYPE_POLICY_SET:
            self._sets[data["policy_set"]] = data["files"]
            if _sha256(canonical(data["files"]).encode()).hexdigest() != data["policy_set"]:
                raise Wrong(entry, "de regels in dit feit hebben een ander kenmerk dan het noemt")
        elif kind == TYPE_DESTROYED:
            self._graves.append((stream, event["sequence"], None))
        elif kind in TYPES_ERASED:
            keys_gone = {one["key_id"] for one in data["keys"]}
            self._graves.append((stream, event["sequence"], keys_gone))

    def _decision(self, found: Found, index: int, entry: str, event: Mapping[str, Any]) -> None:
        data, record = event["data"], f"decisions/{index}.json"
        if record not in self._archive.entries:
            raise Wrong(record, "ontbreekt: dit besluit heeft geen verslag")
        if self._archive[record] != canonical(decision_record(event)).encode():
            raise Wrong(record, f"zegt iets anders dan het feit zelf ({entry})")
        rules = self._rules.get(data["policies"])
        if rules is None:
            raise Wrong(f"policies/{data['policies']}", f"ontbreekt of klopt niet, en {entry} is ermee besloten")
        if rules[0] != data["policy_set"]:
            raise Wrong(entry, "de regels in de bundel zijn andere dan die waarmee is besloten")
        if data["policy_set"] not in self._sets:
            raise Wrong(entry, "is besloten met regels waarvan niet is vastgelegd dat ze golden")
        for one in data["evaluations"]:
            unknown = set(one["policies"]) - rules[1]
            if unknown:
                raise Wrong(entry, f"noemt een regel die niet bij de regels van die dag staat: {min(unknown)}")
        allowed = frozenset(one["resource"]["id"] for one in data["evaluations"] if one["decision"])
        if data["decision_id"] in self._decisions:
            raise Wrong(entry, "dit besluit staat er twee keer in")
        self._decisions[data["decision_id"]] = Decision(
            event["subject"], event["sequence"], data["policies"], data["reference_date"], data["subject"],
            data["context"].get("purpose"), allowed,
        )  # fmt: skip
        found.decisions += 1

    def _disclosure(self, found: Found, entry: str, event: Mapping[str, Any]) -> None:
        data = event["data"]
        granted = event["type"] == TYPE_DISCLOSED
        if granted:
            found.disclosed += 1
        else:
            found.refused += 1
        number, org = data.get("recipient_number"), data["recipient_org"]
        if number is not None:
            found.numbers.setdefault(org, []).append(number)
        elif org in found.numbers:
            raise Wrong(entry, f"heeft geen nummer, terwijl {org} er al een had")
        if data.get("decision_id") is None:
            if found.decisions:
                raise Wrong(entry, "is een verstrekking of weigering zonder besluit")
            found.before_decisions += 1
            return
        self._agrees(entry, event, self._outcome_of(entry, data["decision_id"]))

    def _outcome_of(self, entry: str, decision_id: str) -> Decision:
        decision = self._decisions.get(decision_id)
        if decision is None:
            raise Wrong(entry, "het besluit waarop dit berust, zit niet in de bundel")
        if decision.outcome is not None:
            raise Wrong(entry, f"berust op hetzelfde besluit als {decision.outcome}")
        decision.outcome = entry
        return decision

    def _agrees(self, entry: str, event: Mapping[str, Any], decision: Decision) -> None:
        data = event["data"]
        if decision.stream != event["subject"] or decision.sequence >= event["sequence"]:
            raise Wrong(entry, "het besluit is niet eerder in dezelfde zaak genomen")
        if (data["policy_digest"], data["reference_date"]) != (decision.policies, decision.reference_date):
            raise Wrong(entry, "noemt andere regels of een andere dag dan het besluit")
        done_by = data.get("done_by")
        asker = decision.subject
        if asker["id"] != (done_by or data["recipient_person"]):
            raise Wrong(entry, "het besluit is over iemand anders genomen")
        properties = asker["properties"]
        own = (properties.get("org"), properties.get("task"))
        if done_by is None and own != (data["recipient_org"], data["recipient_task"]):
            raise Wrong(entry, "het besluit is voor een andere organisatie of taak genomen")
        if decision.purpose is not None and data.get("purpose") not in (None, decision.purpose):
            raise Wrong(entry, "noemt een ander doel dan het besluit")
        if event["type"] == TYPE_DISCLOSED:
            for item in data["items"]:
                if item["item_id"] not in decision.allowed:
                    raise Wrong(entry, f"gegeven {item['item_id']} is getoond zonder dat het besluit dat toestaat")

    def _export(self, found: Found, manifest: Mapping[str, Any]) -> None:
        """Compare the bundle with the fact in the log that says what was handed over."""
        index = manifest["export"]
        entry = f"events/{index}.json"
        event = parse_canonical(entry, self._archive[entry])
        if event.get("type") != TYPE_EXPORT:
            raise Wrong(entry, "is niet het feit waarmee deze bundel is uitgegeven")
        data = event["data"]
        found.export, found.export_index = event, index
        own = {"manifest.json", "checkpoint", entry}
        lines = [
            f"{manifest['entries'][name]}  {name}\n"
            for name in sorted(self._archive.entries)
            if name not in own and not name.startswith(("proofs/", "consistency/"))
        ]
        if _sha256("".join(lines).encode("ascii")).hexdigest() != data["contents"]:
            self._wrong(
                entry, "het huis heeft een andere inhoud uitgegeven dan hier staat: er is iets weg, bij of anders"
            )
        others = [one for one in found.leaves if one != index]
        if len(others) != data["facts"]:
            self._wrong(entry, f"de bundel telt {len(others)} feiten, en er zijn er {data['facts']} uitgegeven")
        if any(one >= data["log_size"] for one in others) or index < data["log_size"]:
            self._wrong(entry, "de bundel bevat feiten van na het moment waarover zij gaat")
        for one in data["whole"]:
            sequences = found.streams.get(one["case_id"], [])
            if sequences != list(range(1, one["last"] + 1)):
                gap = first_gap(sequences, 1)
                self._wrong(f"zaak {one['case_id']}", f"de nummers lopen niet door: nummer {gap} ontbreekt")

    def _counters(self, found: Found) -> None:
        data = found.export["data"]
        told = parse_canonical("counters.json", self._archive["counters.json"])
        recipients = {
            org: {"in_bundle": ranges(found.numbers.get(org, [])), "newest": newest}
            for org, newest in data["counters"].items()
        }
        if told != {"log_size": data["log_size"], "recipients": recipients}:
            self._wrong("counters.json", "zegt iets anders dan de feiten in de bundel en het feit van de uitgifte")
        for org, numbers in found.numbers.items():
            if numbers != sorted(set(numbers)):
                self._wrong("counters.json", f"nummers van {org} komen twee keer voor, of niet op volgorde")
            if not numbers or numbers[-1] > data["counters"].get(org, 0):
                self._wrong("counters.json", f"{org} heeft een hoger nummer dan het nieuwste dat is uitgegeven")
        if data["scope"] == "PARTICIPANT":
            self._run_of_numbers(found, data)

    def _run_of_numbers(self, found: Found, data: Mapping[str, Any]) -> None:
        org = data["about_org"]
        numbers = found.numbers.get(org, [])
        first = 1 if data.get("period_from") is None else (numbers[0] if numbers else 1)
        newest = data["counters"].get(org, 0)
        last = newest if data.get("period_until") is None else (numbers[-1] if numbers else 0)
        if numbers != list(range(first, last + 1)) and (numbers or data.get("period_from") is None):
            gap = first_gap(numbers, first)
            self._wrong("counters.json", f"de nummers van {org} lopen niet door: nummer {gap} ontbreekt")

    def _erasures(self, found: Found) -> None:
        for name in self._archive.entries:
            if name.startswith("erasures/"):
                self._certificate(name)
                found.certified += 1
        found.erased = len(self._graves)
        sealed = self._sealed(found, {stream for stream, _, _ in self._graves})
        for stream, sequence, gone in self._graves:
            for later, index, keys in sealed[stream]:
                if later > sequence and keys and (gone is None or keys & gone):
                    self._wrong(f"events/{index}.json", "is verzegeld met een sleutel die toen al vernietigd was")
        found.open_decisions = sum(one.outcome is None for one in self._decisions.values())

    def _sealed(self, found: Found, streams: set[str]) -> dict[str, list[tuple[int, int, set[str]]]]:
        """Return, for each of these streams, number, index and keys of every fact that holds a sealed value."""
        sealed: dict[str, list[tuple[int, int, set[str]]]] = {stream: [] for stream in streams}
        for index in found.leaves if streams else ():
            value = self._archive[f"events/{index}.json"]
            named = [one.decode() for one in _KEY_ID.findall(value)]
            event = _DECODER.decode(value.decode()) if named else {}
            if event.get("subject") in sealed:
                sealed[event["subject"]].append((event["sequence"], index, set(Counter(named) - _buried(event))))
        return sealed

    def _certificate(self, entry: str) -> None:
        """Check an erasure certificate (docs/erasure.md) against its fact, its proof and its line of the register."""
        document, index = parse_canonical(entry, self._archive[entry]), int(entry[9:-5])
        value = self._archive[f"events/{index}.json"]
        event = parse_canonical(f"events/{index}.json", value)
        try:
            if document["form"] != CERTIFICATE or document["fact"].encode() != value:
                raise Wrong(entry, "is geen vernietigingsbewijs van dit feit")
            self._own_proof(entry, index, value, document["proof"].encode())
            text = document["ledger_line"].encode()
            erased = erased_of(event, parse_canonical(entry, text), text)
            if erased is None:
                raise Wrong(entry, "de regel van het vernietigingsregister zegt iets anders dan het feit")
            named = (document["fact_id"], document["fact_index"])
            if named != (event["id"], index) or {"deciders": [], **document["erased"]} != erased:
                raise Wrong(entry, "zegt iets anders dan het feit en de regel van het vernietigingsregister")
        except Wrong as wrong:
            self._wrong(wrong.entry, wrong.what)
        except (KeyError, TypeError, AttributeError):
            self._wrong(entry, "heeft niet de vorm van een vernietigingsbewijs")

    def _own_proof(self, entry: str, index: int, value: bytes, proof: bytes) -> None:
        head, _, signed = proof.partition(b"\n\n")
        note, start = read_note(entry, signed, self._key, self._witnesses), PROOF_HEADER + b"\nindex %d\n" % index
        if not (head + b"\n").startswith(start):
            raise Wrong(entry, f"het bewijs erin is niet van feit {index}")
        problem = Paths(note.size, note.root).check(index, leaf_hash(value), (head + b"\n")[len(start) :])
        if problem:
            raise Wrong(entry, problem)

    def _witnessed(self, found: Found) -> None:
        if not self._quorum:
            return
        enough = [one.size for one in (*found.earlier, found.note) if len(one.witnesses) >= self._quorum]
        found.witnessed = max(enough, default=0)
        late = [one for one in found.leaves if one >= found.witnessed and one != found.export_index]
        if not enough or late:
            most = max(len(one.witnesses) for one in (*found.earlier, found.note))
            where = f"events/{min(late)}.json" if late and enough else "checkpoint"
            self._wrong(
                where,
                f"te weinig getuigen: {self._quorum} gevraagd, hoogstens {most} ondertekenden mee"
                if not enough
                else f"staat in geen controlepunt dat {self._quorum} getuigen medeondertekenden",
            )


def first_gap(numbers: Sequence[int], start: int) -> int:
    """Return the first number from *start* on that is not there."""
    there = set(numbers)
    while start in there:
        start += 1
    return start


def ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Return rising *numbers* as [first, last] of each run without gaps."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


# --- Against what the auditor holds already ------------------------------------------------------------------------


def fork(first: Note, second: Note) -> Wrong:
    """Return the evidence that one log signed two histories: both notes as they are."""
    notes = "\n".join(one.raw.decode("utf-8") for one in (first, second))
    return Wrong(
        "checkpoint",
        f"AFSPLITSING: {first.origin} ondertekende twee geschiedenissen die niet samengaan. Bewaar beide bewijzen:"
        f"\n\n{notes}",
    )


def against(held: Note, found: Found) -> Wrong | None:
    """Compare a bundle with a checkpoint that the auditor holds already."""
    note = found.note
    if held.size == note.size:
        return None if held.root == note.root else fork(held, note)
    if held.size > note.size:
        return Wrong(
            "checkpoint",
            f"is van {note.size} feiten en u hebt er al een van {held.size}: een oude stand, misschien een "
            "teruggezette back-up. Vraag een bundel van nu",
        )
    if held.size == 0:
        return None
    for one in found.earlier:
        if one.size == held.size:
            return None if one.root == held.root else fork(held, one)
    return Wrong(
        "consistency",
        f"bevat geen bewijs van groei vanaf uw controlepunt van {held.size} feiten. Vraag een bundel met --since",
    )


def compared(one: Found, other: Found) -> Wrong | None:
    """Compare two bundles of one log: return the evidence when they tell different histories."""
    old, new = sorted((one, other), key=lambda found: found.note.size)
    for index in sorted(old.leaves.keys() & new.leaves.keys()):
        if old.leaves[index] != new.leaves[index]:
            wrong = fork(old.note, new.note)
            return Wrong(f"events/{index}.json", f"is in beide bundels bewezen, en verschilt. {wrong.what}")
    if old.note.size == new.note.size and old.note.root != new.note.root:
        return fork(old.note, new.note)
    same = ("scope", "case_id", "subject_id", "about_org", "period_from", "period_until")
    if all(old.export["data"].get(name) == new.export["data"].get(name) for name in same):
        missing = old.leaves.keys() - new.leaves.keys() - {old.export_index}
        if missing:
            return Wrong(f"events/{min(missing)}.json", "staat in de oudere bundel en ontbreekt in de nieuwere")
    if old.note.size == new.note.size:
        return None
    known = {note.size: note for note in (*new.earlier, new.note)}
    shared = next((note for note in (old.note, *old.earlier[::-1]) if note.size in known and note.size), None)
    if shared is None:
        return Wrong(
            "consistency", "de bundels delen geen controlepunt, dus of zij één geschiedenis vertellen is niet te zeggen"
        )
    if known[shared.size].root != shared.root:
        return fork(shared, known[shared.size])
    if shared.size != old.note.size:
        return Wrong(
            "consistency", "het controlepunt van de oudere bundel zit niet in de nieuwere. Vraag een bundel met --since"
        )
    return None


# --- Telling ---------------------------------------------------------------------------------------------------------


@dataclass
class Verdict:
    """The answer to one question of an auditor."""

    problems: list[Wrong]
    found: Found | None
    grown: int | None = None
    """Facts under the checkpoint that the auditor held, when the bundle grew from it."""
    beside: str | None = None
    """Name of the other bundle, when both tell one history."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems and self.found is not None

    def document(self) -> dict[str, Any]:
        """Return the verdict for a program."""
        found = self.found
        return {
            "holds": self.holds,
            "problems": [{"entry": one.entry, "what": one.what} for one in self.problems],
            "origin": found.note.origin if found else None,
            "log_size": found.note.size if found else None,
            "root_hash": found.note.root.hex() if found else None,
            "facts": len(found.leaves) if found else None,
            "decisions": found.decisions if found else None,
            "disclosed": found.disclosed if found else None,
            "refused": found.refused if found else None,
            "witnessed_size": found.witnessed if found else None,
        }

    def lines(self) -> Iterator[str]:
        """Yield the verdict for a person, in Dutch."""
        found = self.found
        if found is None or not self.holds:
            yield "DE BUNDEL KLOPT NIET."
            for one in self.problems:
                yield f"- {one.entry}: {one.what}."
            return
        data, note = found.export["data"], found.note
        yield "DE BUNDEL KLOPT."
        yield ""
        yield f"logboek       {note.origin}"
        yield f"controlepunt  {note.size} feiten, wortel {note.root.hex()}"
        yield f"handtekening  van de sleutel die u opgaf; de uitgifte zelf is feit {found.export_index} van het logboek"
        yield f"feiten        {len(found.leaves)}, elk ongewijzigd en op zijn plaats in het logboek"
        for one in data["whole"][:5]:
            yield f"zaak          {one['case_id']}: volledig, nummers 1 tot en met {one['last']}"
        if len(data["whole"]) > 5:
            yield f"              en nog {len(data['whole']) - 5} zaken, alle volledig"
        if data["scope"] == "PARTICIPANT":
            told = ", ".join(f"{a} t/m {b}" for a, b in ranges(found.numbers.get(data["about_org"], []))) or "geen"
            yield f"deelnemer     {data['about_org']}: nummers {told}, zonder gat"
        yield f"verstrekt     {found.disclosed} keer; geweigerd {found.refused} keer"
        yield f"besluiten     {found.decisions}, elk gelijk aan zijn verslag; de regels ervan zitten in de bundel"
        if found.before_decisions:
            yield f"              {found.before_decisions} verstrekkingen of weigeringen zijn van vóór de verslagen"
        if found.open_decisions:
            yield f"              {found.open_decisions} besluiten hebben in deze bundel geen verstrekking of weigering"
        if found.erased:
            yield f"gewist        {found.erased} keer; daarna is met die sleutels niets meer verzegeld"
            yield f"              {found.certified} vernietigingsbewijzen kloppen"
        sizes = ", ".join(str(one.size) for one in sorted(found.earlier, key=lambda one: one.size))
        yield f"groei         uit de controlepunten van {sizes or '0'} feiten"
        if self.grown is not None:
            yield f"uw punt       het logboek is gegroeid uit uw controlepunt van {self.grown} feiten"
        if self.beside is not None:
            yield f"vergeleken    met {self.beside}: beide vertellen één geschiedenis"
        if found.witnessed is not None:
            yield f"getuigen      genoeg voor alle feiten tot {found.witnessed}"
        else:
            yield "getuigen      niet gevraagd: u gelooft dan dat het huis u hetzelfde logboek toont als anderen"
        yield ""
        yield "Dit zegt dat er sinds het vastleggen niets is gewijzigd, weggelaten of bijgemaakt. Het zegt niet dat"
        yield "waar is wat is vastgelegd, of dat buiten het systeem om niets is gedeeld. Waarden blijven verzegeld."


@dataclass(frozen=True)
class Asked:
    """What an auditor brings: keys, and what he holds already."""

    key: Key
    witnesses: tuple[Key, ...] = ()
    quorum: int = 0
    since: bytes | None = None
    compare: Path | None = None


def verify(bundle: Path, asked: Asked) -> Verdict:
    """Return the verdict on a bundle. Raises: OSError when a file cannot be read."""
    verdict = _checked(bundle, asked)
    if asked.since is not None and verdict.found is not None:
        try:
            held = read_note("--since", asked.since, asked.key, asked.witnesses)
        except Wrong as wrong:
            return Verdict([*verdict.problems, wrong], verdict.found)
        verdict = replace(_with(verdict, against(held, verdict.found)), grown=held.size)
    if asked.compare is not None and verdict.found is not None:
        other = _checked(asked.compare, replace(asked, quorum=0))  # witnesses are asked about one bundle at a time
        theirs = [Wrong(f"{asked.compare.name}: {one.entry}", one.what) for one in other.problems]
        verdict = replace(verdict, problems=[*verdict.problems, *theirs], beside=asked.compare.name)
        if other.found is not None and other.found.export and verdict.found is not None and verdict.found.export:
            verdict = _with(verdict, compared(verdict.found, other.found))
    return verdict


def _with(verdict: Verdict, wrong: Wrong | None) -> Verdict:
    return verdict if wrong is None else replace(verdict, problems=[*verdict.problems, wrong])


def _checked(path: Path, asked: Asked) -> Verdict:
    with path.open("rb") as file:
        try:
            raw: bytes | mmap.mmap = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            raw = b""
        try:
            check = Check(Archive(raw), asked.key, asked.witnesses, asked.quorum)
            found = check.run()
        except Wrong as wrong:
            return Verdict([wrong], None)
        finally:
            if isinstance(raw, mmap.mmap):
                raw.close()
        return Verdict(check.problems, found)


class _Words(argparse.ArgumentParser):
    """Tells in Dutch how it is used, and in one sentence what is wrong with how it was used."""

    def error(self, message: str) -> NoReturn:
        for english, dutch in _IN_DUTCH:
            message = re.sub(english, dutch, message)
        sys.stderr.write(f"Verkeerd gebruik: {message}. Zie --help.\n")
        raise SystemExit(2)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "gebruik:", 1)


_IN_DUTCH = (
    (r"^the following arguments are required: (.*)", r"dit ontbreekt: \1"),
    (r"^unrecognized arguments: (.*)", r"dit hoort hier niet: \1"),
    (r"^argument (\S+): expected one argument", r"achter \1 ontbreekt de waarde"),
    (r"^argument (\S+): invalid int value: (.*)", r"achter \1 hoort een getal, geen \2"),
    (r"^ambiguous option: (\S+) could match (.*)", r"\1 kan van alles zijn: \2"),
)
"""What argparse says, and how we say it."""


def _unreadable(error: OSError) -> str:
    """Return a sentence that names a file and why it cannot be read."""
    why = {errno.ENOENT: "bestaat niet", errno.EISDIR: "is een map", errno.EACCES: "mag u niet lezen"}
    return f"{error.filename} {why.get(error.errno or 0, 'kan niet worden gelezen')}"


def read_words(words: Sequence[str] | None = None) -> tuple[Path, Asked, bool]:
    """Return bundle, question and whether a program asks. Raises: SystemExit with 2."""
    words_of = _Words(
        prog="verify_bundle.py",
        description="Controleer een auditbundel, zonder iets van het huis te geloven.",
        epilog="Exitcode 0: de bundel klopt. 1: zij klopt niet. 2: verkeerd gebruik.",
        add_help=False,
    )
    parser = words_of.add_argument_group("wat u geeft")
    parser.add_argument("bundle", type=Path, metavar="BUNDEL", help="het zip-bestand")
    parser.add_argument(
        "--key", required=True, metavar="SLEUTEL", help="de openbare sleutel van het logboek, langs andere weg gekregen"
    )
    parser.add_argument(
        "--witness", action="append", default=[], metavar="SLEUTEL", help="openbare sleutel van een getuige; mag vaker"
    )
    parser.add_argument("--quorum", type=int, metavar="K", help="hoeveel getuigen nodig zijn; anders alle die u noemt")
    parser.add_argument(
        "--since", type=Path, metavar="BESTAND", help="een controlepunt dat u al hebt: groeit de bundel daaruit?"
    )
    parser.add_argument(
        "--compare", type=Path, metavar="BUNDEL", help="een andere bundel: vertellen beide één geschiedenis?"
    )
    parser.add_argument("--json", action="store_true", help="één JSON-document op stdout")
    parser.add_argument("-h", "--help", action="help", help="toon deze uitleg")
    given = words_of.parse_args(words)
    try:
        return given.bundle, question(given.key, given.witness, given.quorum, given.since, given.compare), given.json
    except ValueError as error:
        words_of.error(str(error))
    except OSError as error:
        words_of.error(_unreadable(error))


def question(key: str, witnesses: Sequence[str], quorum: int | None, since: Path | None, compare: Path | None) -> Asked:
    """Return what the auditor asks. Raises: ValueError saying what is wrong with it; OSError."""
    try:
        log_key = Key.parse(key, 0x01)
    except ValueError as error:
        raise ValueError(f"--key is geen sleutel van een logboek ({error})") from None
    keys = []
    for one in witnesses:
        try:
            keys.append(Key.parse(one, 0x04))
        except ValueError as error:
            raise ValueError(f"--witness is geen sleutel van een getuige ({error})") from None
    if len({one.public for one in keys}) != len(keys):
        raise ValueError("een getuige is twee keer genoemd; elke getuige telt één keer")
    needed = len(keys) if quorum is None else quorum
    if not 0 <= needed <= len(keys):
        raise ValueError(f"--quorum vraagt {needed} getuigen en u noemt er {len(keys)}")
    return Asked(log_key, tuple(keys), needed, None if since is None else since.read_bytes(), compare)


def main(words: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    bundle, asked, as_json = read_words(words)
    gc.disable()  # nothing here refers to itself, and looking for what does takes a tenth of the time
    try:
        verdict = verify(bundle, asked)
    except OSError as error:
        sys.stderr.write(f"Verkeerd gebruik: {_unreadable(error)}. Controleer de paden.\n")
        return 2
    if as_json:
        sys.stdout.write(json.dumps(verdict.document(), ensure_ascii=False, indent=2) + "\n")
    out = sys.stdout if verdict.holds else sys.stderr
    if not (as_json and verdict.holds):
        out.write("\n".join(verdict.lines()) + "\n")
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
