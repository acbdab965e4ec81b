"""Witnesses, wired: the folder in which one lives, the house as one for other logs, and asking ours to cosign."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from events.errors import BadSetting, Unavailable, Unproven
from infra.settings import Settings
from infra.transparency.cosignature import Cosigner, WitnessKey
from infra.transparency.note import NoteKey
from infra.transparency.policy import Policy
from infra.transparency.reader import LogReader
from infra.transparency.signing import load_key, make_key
from infra.transparency.watching import RemoteLog, Watched, watch
from infra.transparency.web import ask
from infra.transparency.witness import Fork, Memory, Witness, write_request
from services.bootstrap.public_log import PublicLog

log: structlog.stdlib.BoundLogger = structlog.get_logger()
KEY, NAME, LOGS, SEEN = "sleutel", "naam", "logboeken", "gezien"
"""What stands in a witness' folder: its key, its name, the keys of the logs it watches, and what it saw last."""
TRIES = 3


@dataclass(frozen=True)
class WitnessPlace:
    """A witness and its public key."""

    witness: Witness
    key: WitnessKey


def open_witness(
    folder: Path, now: Callable[[], datetime], shout: Callable[[Fork, Path], None] | None = None
) -> WitnessPlace:
    """Return the witness that lives in *folder*.

    Args:
        shout: hears of every fork that is proven, and where the proof was kept; left out: the log lines tell.
    Raises: BadSetting; Unproven.
    """
    try:
        name = (folder / NAME).read_text(encoding="utf-8").strip()
        lines = (folder / LOGS).read_text(encoding="utf-8").splitlines()
    except OSError:
        raise BadSetting(f"In {folder} woont nog geen getuige. Maak hem met --name en --log.") from None
    cosigner = Cosigner(name, load_key("ZVH_WITNESS_KEY", None, folder / KEY))
    logs = [NoteKey.parse(line.strip()) for line in lines if line.strip()]
    return WitnessPlace(Witness(cosigner, logs, Memory(folder / SEEN), now, shout or _shout), cosigner.key)


def make_witness(folder: Path, name: str, logs: Sequence[str]) -> None:
    """Make a witness with a key of its own. Raises: BadSetting when one lives there already; Unproven."""
    keys = [NoteKey.parse(one) for one in logs]
    if not keys:
        raise BadSetting("Zeg met --log van welk logboek deze getuige er een is: de sleutel uit `zvh log key`.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        make_key(folder / KEY)
    except FileExistsError:
        raise BadSetting(f"In {folder} woont al een getuige. Laat --name en --log weg.") from None
    Cosigner(name, load_key("ZVH_WITNESS_KEY", None, folder / KEY))
    (folder / LOGS).write_text("".join(f"{key}\n" for key in keys), encoding="utf-8")
    (folder / NAME).write_text(f"{name}\n", encoding="utf-8")


def look(place: WitnessPlace, url: str) -> Watched:
    """Look once at the log behind *url*; cosign, and hand the cosignature over. Raises: see ``watching.watch``."""
    remote = RemoteLog(url, ask)
    watched = watch(remote, place.witness)
    remote.hand_over(watched.note)
    return watched


def public_log(settings: Settings, dsn: str, now: Callable[[], datetime]) -> PublicLog:
    """Return the log of the house as the doors show it. Raises: BadSetting; Unproven."""
    folder = settings.witness_folder
    witness = None if folder is None else open_witness(folder, now).witness
    return PublicLog(LogReader(dsn), policy_of(settings), witness)


def policy_of(settings: Settings) -> Policy:
    """Return who witnesses the log of the house; nobody, when nothing is set. Raises: BadSetting."""
    return Policy() if settings.log_policy_file is None else Policy.load(settings.log_policy_file)


def ask_witnesses(reader: LogReader, policy: Policy) -> dict[str, str]:
    """Ask every witness with an address to cosign the newest checkpoint; returns name -> "" or what went wrong.

    Raises: NotFound before there is a log; Unavailable when our own log does not answer.
    """
    told: dict[str, str] = {}
    for witness, url in policy.urls.items():
        try:
            _ask_one(reader, witness, url)
            told[witness.name] = ""
        except (Unavailable, Unproven) as error:
            told[witness.name] = str(error)
    return told


def _ask_one(reader: LogReader, witness: WitnessKey, url: str) -> None:
    size, note = reader.checkpoint()
    old = min(reader.seen_by(witness), size)
    for _ in range(TRIES):
        status, body = ask(f"{url}/add-checkpoint", write_request(old, reader.consistency(old, size), note))
        if status == 200:
            reader.keep(size, body.decode("utf-8", "replace").splitlines(), [witness])
            return
        told = body.strip().decode("ascii", "replace")
        if status != 409 or not told.isdigit() or int(told) > size or int(told) == old:
            raise Unproven(f"De getuige ondertekent niet (HTTP {status}).")
        old = int(told)
    raise Unavailable("De getuige noemt telkens een andere grootte. Probeer het later opnieuw.")


def _shout(fork: Fork, path: Path) -> None:
    log.error("fork: one log signed two histories", kept_in=str(path))
