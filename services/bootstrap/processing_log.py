"""The processing log of one house, wired to where its lines go."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from events.errors import BadSetting
from infra.export_position import ExportPosition
from infra.otlp import OtlpFile, OtlpReceiver
from services.bootstrap.house import House
from services.processing_log import ProcessingLog

SCOPE = b"zvh.ldv.v1|"
"""Keeps the pseudonyms of the processing log apart from every other use of the house's digest key."""


@contextmanager
def processing_log(house: House, to: str) -> Iterator[ProcessingLog]:
    """Open the processing log that goes to *to*: an address of OTLP over HTTP, or a file.

    Each destination has a position of its own, which starts at the beginning of the log.

    Raises: BadSetting; Unavailable; Corrupt when the file holds something else.
    """
    settings = house.settings
    if "://" in to:
        sink: OtlpReceiver | OtlpFile = OtlpReceiver(to, settings.house_oin)
        name = urlunsplit(urlsplit(to)._replace(query="", fragment=""))
    else:
        path = Path(to).expanduser().absolute()
        try:
            sink = OtlpFile(path, settings.house_oin)
        except OSError as error:
            raise BadSetting(f"Het bestand voor de logregels kan niet worden geopend ({error.strerror}).") from None
        name = str(path)
    with closing(sink), ExportPosition(house.dsn, name) as position:
        yield ProcessingLog(
            house.store,
            house.log,
            sink,
            position,
            house.reference,
            house.names,
            lambda subject: house.pseudonyms.digest(SCOPE + subject.bytes).hex(),
        )
