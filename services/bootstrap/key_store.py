"""The key store, wired: which key-encryption keys this process has, and where the erasure ledger is."""

from contextlib import ExitStack
from pathlib import Path

from events.errors import BadSetting
from infra.erasure_check import ErasureCheck
from infra.erasure_ledger import ErasureLedger
from infra.keys import KeyRing
from infra.pseudonyms import KeyedPseudonyms
from infra.settings import Settings
from infra.transit import EngineRefuses, TransitWrapping
from infra.wrapping import LocalWrapping, Wrapping, load_master_key, make_master_key

MASTER_KEY = "hoofdsleutel"
"""File in the embedded instance's folder."""
ERASURE_LEDGER = "vernietigingsregister"
"""File in the embedded instance's folder, outside that of PostgreSQL."""


Keks = dict[str, Wrapping]
"""Key-encryption keys by the setting that gives them: key, transit, next."""


def keks_of(settings: Settings, folder: Path | None, stack: ExitStack, *, fresh: bool = True) -> Keks:
    """Return the key-encryption keys that the settings give, the one for a new house first.

    Args:
        folder: where the embedded instance lives; it makes a key of its own when no other is given.
        fresh: whether it may make one now.
    Raises: BadSetting.
    """
    found: Keks = {}
    transit = TransitWrapping.from_settings(settings)
    if transit is not None:
        stack.callback(transit.close)
    key = settings.key.get_secret_value() if settings.key else None
    file = settings.key_file
    if folder is not None and key is None and file is None:
        own = folder / MASTER_KEY
        if transit is None and not own.exists():
            if not fresh:
                raise BadSetting(f"In {folder} ontbreekt het bestand {MASTER_KEY}. Zet het terug uit een kopie.")
            make_master_key(own)
        file = own if own.exists() else None
    if transit is None or key is not None or file is not None:
        found["key"] = LocalWrapping(load_master_key(key, file))
    if transit is not None:
        found["transit"] = transit
    if settings.key_next is not None or settings.key_next_file is not None:
        following = settings.key_next.get_secret_value() if settings.key_next else None
        found["next"] = LocalWrapping(load_master_key(following, settings.key_next_file, "ZVH_KEY_NEXT"))
    return found


def kek_id_of(keks: Keks, which: str) -> str:
    """Return the name of one of them. Raises: BadSetting when no setting gives it."""
    found = keks.get(which)
    if found is None:
        name = {"key": "ZVH_KEY_FILE", "next": "ZVH_KEY_NEXT_FILE", "transit": "ZVH_TRANSIT_URL"}[which]
        raise BadSetting(f"Voor deze hoofdsleutel is {name} nodig. Geef de instelling, ook aan elke dienst die draait.")
    return found.id


def erasure_ledger(settings: Settings, folder: Path | None, *, needed: bool) -> ErasureLedger | None:
    """Return the erasure ledger; None where no place was set for it.

    Args:
        needed: a service, which does not start without one.
    Raises: BadSetting.
    """
    if settings.erasure_ledger is not None:
        return ErasureLedger(settings.erasure_ledger.expanduser().absolute())
    if folder is not None:
        return ErasureLedger(folder / ERASURE_LEDGER)
    if needed:
        raise BadSetting(
            "ZVH_ERASURE_LEDGER ontbreekt. Geef een bestand op een schijf die niet met de database wordt teruggezet: "
            "daarin staat wat vernietigd is, zodat een oude back-up het niet terugbrengt."
        )
    return None


def pseudonyms_of(ring: KeyRing) -> KeyedPseudonyms:
    """Return the pseudonyms of the house. Raises: BadSetting when a key or a token does not fit; Unavailable."""
    ring.check()
    try:
        return KeyedPseudonyms(ring)
    except EngineRefuses as refused:
        raise BadSetting(str(refused)) from None


def opening_keys(settings: Settings, dsn: str) -> int:
    """Unwrap one data key, and return how many there are. For a check: only reads, and makes nothing that is missing.

    Raises: Unavailable; BadSetting without the key-encryption key in force; Corrupt when it is not theirs, or when an
        old backup brought back what was destroyed.
    """
    folder = settings.embedded.expanduser().absolute() if settings.embedded is not None else None
    with ExitStack() as stack:
        ledger = erasure_ledger(settings, folder, needed=False)
        ring = KeyRing(dsn, list(keks_of(settings, folder, stack, fresh=False).values()), ledger)
        stack.callback(ring.close)
        ErasureCheck(ring, ledger).hold()
        ring.check()
        row = ring.query("SELECT min(key_id::text)::uuid, count(*) FROM keys.data_keys", {})
        key_id, count = row if row else (None, 0)
        if key_id is not None:
            ring.key_for_opening(key_id)
        return int(count)
