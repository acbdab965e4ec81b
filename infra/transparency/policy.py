"""Trust policies (C2SP tlog-policy): a text file that names logs, witnesses, groups of them, and the quorum."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from events.errors import BadSetting, Unproven
from infra.settings import safe_url
from infra.transparency.cosignature import WitnessKey
from infra.transparency.note import NoteKey
from infra.transparency.quorum import NOBODY, Quorum

NONE = "none"
_ALLOWED = frozenset({0x09, 0x0A, *range(0x20, 0x7F), *range(0x80, 0x100)})


@dataclass(frozen=True)
class Policy:
    """Whom to believe about a log."""

    logs: tuple[NoteKey, ...] = ()
    quorum: Quorum = NOBODY
    urls: Mapping[WitnessKey, str] = field(default_factory=dict)
    """Where a witness that can be asked listens: its submission prefix."""
    witnesses: tuple[WitnessKey, ...] = ()
    """All that are named, also those that the quorum does not count."""

    @classmethod
    def load(cls, path: Path) -> "Policy":
        """Read a policy file. Raises: BadSetting naming the line and what is wrong with it."""
        try:
            return cls.parse(path.read_bytes())
        except OSError as error:
            raise BadSetting(f"{path} kan niet worden gelezen ({type(error).__name__}).") from None

    @classmethod
    def parse(cls, raw: bytes) -> "Policy":
        """Read the text of a policy file. Raises: BadSetting."""
        reading = _Reading()
        for number, line in enumerate(raw.split(b"\n"), start=1):
            try:
                reading.take(line)
            except (Unproven, BadSetting) as error:
                raise BadSetting(f"Regel {number} van de lijst met getuigen klopt niet. {error}") from None
        if reading.quorum is None:
            raise BadSetting("De lijst met getuigen zegt niet hoeveel er nodig zijn: de regel «quorum» ontbreekt.")
        witnesses = tuple(one for one in reading.named.values() if isinstance(one, WitnessKey))
        return cls(tuple(reading.logs), reading.quorum, reading.urls, witnesses)


class _Reading:
    """A policy file, read so far."""

    def __init__(self) -> None:
        self.logs: list[NoteKey] = []
        self.named: dict[str, WitnessKey | Quorum] = {}
        self.urls: dict[WitnessKey, str] = {}
        self.quorum: Quorum | None = None
        self._members: set[str] = set()

    def take(self, raw: bytes) -> None:
        if not _ALLOWED.issuperset(raw):
            raise BadSetting("Er staat een stuurteken in.")
        words = [word for word in raw.decode("utf-8", "surrogateescape").replace("\t", " ").split(" ") if word]
        if not words or words[0].startswith("#"):
            return
        kinds: dict[str, Callable[[Sequence[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        if words[0] not in kinds:
            raise BadSetting("Een regel begint met log, witness, group of quorum.")
        kinds[words[0]](words[1:])

    def _log(self, words: Sequence[str]) -> None:
        if len(words) not in (1, 2):
            raise BadSetting("De vorm is: log SLEUTEL [ADRES].")
        key = NoteKey.parse(words[0])
        if key.public in {one.public for one in self.logs}:
            raise BadSetting("Dit logboek staat er al.")
        self.logs.append(key)

    def _witness(self, words: Sequence[str]) -> None:
        if len(words) not in (2, 3):
            raise BadSetting("De vorm is: witness NAAM SLEUTEL [ADRES].")
        key = WitnessKey.parse(words[1])
        if key.public in {one.public for one in self.named.values() if isinstance(one, WitnessKey)}:
            raise BadSetting("Deze getuige staat er al.")
        self._name(words[0], key)
        if len(words) == 3:
            if not safe_url(words[2]):
                raise BadSetting("Een adres begint met https://; http:// kan alleen op deze machine zelf.")
            self.urls[key] = words[2].rstrip("/")

    def _group(self, words: Sequence[str]) -> None:
        if len(words) < 3:
            raise BadSetting("De vorm is: group NAAM all|any|AANTAL LID...")
        name, needed, members = words[0], words[1], words[2:]
        for member in members:
            if member not in self.named or member in self._members:
                raise BadSetting("Een lid van een groep moet er al staan, en hoort bij één groep.")
            self._members.add(member)
        counts = {"all": len(members), "any": 1}
        if needed not in counts and not (needed.isascii() and needed.isdigit() and 1 <= int(needed) <= len(members)):
            raise BadSetting("Het aantal is all, any of een getal van 1 tot het aantal leden.")
        self._name(name, Quorum(counts.get(needed) or int(needed), tuple(self.named[member] for member in members)))

    def _quorum(self, words: Sequence[str]) -> None:
        if self.quorum is not None or len(words) != 1:
            raise BadSetting("Er is precies één regel: quorum NAAM.")
        if words[0] == NONE:
            self.quorum = NOBODY
            return
        found = self.named.get(words[0])
        if found is None:
            raise BadSetting("Wie nodig is, moet er eerder al staan.")
        self.quorum = found if isinstance(found, Quorum) else Quorum(1, (found,))

    def _name(self, name: str, what: WitnessKey | Quorum) -> None:
        if name == NONE or name in self.named:
            raise BadSetting("Deze naam is al gebruikt.")
        self.named[name] = what
