"""Changes the key-encryption key in a process of its own, slowly and told aloud, so that a test can kill it half way.

Arguments: connection string, the old key and the new key in hex.
"""

import sys
import time

from infra.keys import KeyRing
from infra.rotation import Rotation
from infra.wrapping import LocalWrapping


class Slow(LocalWrapping):
    """Wraps, says so, and waits a moment."""

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """See ``Wrapping``."""
        wrapped = super().wrap(key, place)
        sys.stdout.write("wrapped\n")
        sys.stdout.flush()
        time.sleep(0.02)
        return wrapped


def main() -> None:
    """Rotate from the old to the new key."""
    dsn, old, new = sys.argv[1:]
    following = Slow(bytes.fromhex(new))
    Rotation(KeyRing(dsn, [LocalWrapping(bytes.fromhex(old)), following])).run(following.id)


if __name__ == "__main__":
    main()
