"""The key of the log: given by a setting, or made once for an embedded instance that has no log yet."""

from pathlib import Path

from events.errors import BadSetting, NotFound
from infra.settings import Settings
from infra.transparency.note import NoteSigner
from infra.transparency.reader import LogReader
from infra.transparency.signing import load_key, make_key

LOG_KEY = "logboeksleutel"
"""File in the embedded instance's folder."""


def log_signer(settings: Settings, folder: Path | None, reader: LogReader) -> NoteSigner:
    """Return the key with which the relay signs checkpoints.

    Args:
        folder: where the embedded instance lives; None for one that is elsewhere, which brings its own key.
    Raises: BadSetting when there is none, and when the file of a log that exists is gone; Unavailable.
    """
    given = settings.log_key.get_secret_value() if settings.log_key else None
    file = settings.log_key_file
    if given is None and file is None and folder is not None:
        file = folder / LOG_KEY
        if not file.exists():
            _refuse_second_log(reader)
            make_key(file)
    origin = settings.log_origin or f"oin/{settings.house_oin}/log"
    return NoteSigner(origin, load_key("ZVH_LOG_KEY", given, file))


def _refuse_second_log(reader: LogReader) -> None:
    try:
        key = reader.key()
    except NotFound:
        return
    raise BadSetting(
        f"Het logboek {key.name} bestaat al, maar zijn sleutel ({LOG_KEY}) is weg. Er is geen nieuwe gemaakt. Zet het "
        "bestand terug uit de back-up."
    )
