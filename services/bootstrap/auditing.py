"""A check of the house, wired without the house: what is damaged must not keep its check from starting."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo

from events.errors import BadSetting, Unproven
from infra.audited_store import AuditedStore
from infra.audited_topic import ReadTopic
from infra.kafka_client import KafkaAccess
from infra.local.postgres import LocalPostgres
from infra.settings import Settings
from infra.transparency.note import NoteKey, signed_by
from services.audit.fsck import Checked, Progress, fsck
from services.audit.fsck_log import Trust
from services.bootstrap.witnessing import policy_of


def check(
    settings: Settings, progress: Progress, *, quick: bool = False, key: str | None = None, known: Sequence[Path] = ()
) -> Checked:
    """Check the instance that *settings* name.

    Args:
        quick: the newest facts alone, when there are very many.
        key: verifier key that the log must have; None to take the database's word for it.
        known: files with signed checkpoints of this log that somebody else kept.
    Raises: BadSetting; Unavailable.
    """
    with database(settings) as dsn, AuditedStore(dsn) as store:
        topic = None if settings.kafka_bootstrap is None else ReadTopic(KafkaAccess.from_settings(settings))
        return fsck(store, topic, trust(settings, key, known), progress, quick=quick)


def trust(settings: Settings, key: str | None = None, known: Sequence[Path] = ()) -> Trust:
    """Return whom to believe. Raises: BadSetting."""
    if key is not None:
        try:
            NoteKey.parse(key)
        except Unproven as error:
            raise BadSetting(f"De meegegeven sleutel klopt niet. {error}") from None
    notes = []
    for path in known:
        try:
            notes.append(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"{path} kan niet worden gelezen ({type(error).__name__}).") from None
    return Trust(signed_by, key, tuple(map(str, policy_of(settings).witnesses)), tuple(notes))


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Yield the connection string of the instance, its own server started when it has one; changes nothing in it.

    Raises: BadSetting; Unavailable.
    """
    with ExitStack() as stack:
        if settings.database is not None:
            password = settings.database_password
            extra = {"password": password.get_secret_value()} if password else {}
            yield make_conninfo(settings.database, **extra)
            return
        if settings.embedded is None:
            raise BadSetting("Er is nog geen instantie gekozen. Zet ZVH_EMBEDDED of ZVH_DATABASE.")
        folder = settings.embedded.expanduser().absolute()
        if not (folder / "postgres").is_dir():
            raise BadSetting(f"In {folder} is nog geen instantie. Maak er een met `zvh demo` of een andere opdracht.")
        yield stack.enter_context(LocalPostgres(folder / "postgres")).dsn
