"""The container of a bundle: a zip in one exact form, so that every byte of it can be checked (docs/bundle.md).

Nothing is compressed and no header leaves a choice: whoever verifies builds the headers again and compares them.
"""

import struct
import zlib
from collections.abc import Mapping
from typing import BinaryIO

from events.errors import ZvhError

MANIFEST = "manifest.json"
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_VERSION, _MADE_BY, _MODE, _JANUARY_1980 = 20, 3 << 8 | 20, 0o100644 << 16, 0x21
_MOST_ENTRIES, _MOST_BYTES = 0xFFFF, 0xFFFFFFFF


def write_archive(file: BinaryIO, entries: Mapping[str, bytes]) -> None:
    """Write *entries* (name -> content), the manifest first and the rest by name. Raises: ZvhError above 4 GiB."""
    central, at = bytearray(), 0
    for name in sorted(entries, key=lambda one: (one != MANIFEST, one)):
        content, raw = entries[name], name.encode("ascii")
        common = (0, 0, 0, _JANUARY_1980, zlib.crc32(content), len(content), len(content), len(raw), 0)
        if at + len(content) > _MOST_BYTES:
            raise ZvhError("De bundel wordt groter dan 4 GiB. Vraag een kortere periode.")
        central += _CENTRAL.pack(b"PK\x01\x02", _MADE_BY, _VERSION, *common, 0, 0, 0, _MODE, at) + raw
        at += file.write(_LOCAL.pack(b"PK\x03\x04", _VERSION, *common) + raw + content)
    file.write(central)
    count, size = len(entries), len(central)
    if count >= _MOST_ENTRIES:
        file.write(_END64.pack(b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, at))
        file.write(_LOCATOR.pack(b"PK\x06\x07", 0, at + size, 1))
        file.write(_END.pack(b"PK\x05\x06", 0, 0, _MOST_ENTRIES, _MOST_ENTRIES, _MOST_BYTES, _MOST_BYTES, 0))
    else:
        file.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, size, at, 0))
