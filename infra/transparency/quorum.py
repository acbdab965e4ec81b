"""How many witnesses make a checkpoint believable: k of n, by their own keys; a group may be a member of a group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from events.errors import BadSetting, Unproven
from infra.transparency.cosignature import WitnessKey, cosigned
from infra.transparency.note import Note, Signature


@dataclass(frozen=True)
class Quorum:
    """At least *needed* of *members* must have cosigned. Nobody counts twice, by whatever name."""

    needed: int
    members: "tuple[WitnessKey | Quorum, ...]"

    def __post_init__(self) -> None:
        if len({witness.public for witness in self.witnesses}) != len(self.witnesses):
            raise BadSetting("Twee getuigen hebben dezelfde sleutel. Geef elke getuige een eigen sleutel.")
        if not 0 <= self.needed <= len(self.members):
            raise BadSetting(f"Er zijn {len(self.members)} getuigen; {self.needed} daarvan vragen kan niet.")

    @classmethod
    def of(cls, needed: int, vkeys: Sequence[str]) -> "Quorum":
        """Return the quorum over these verifier key strings. Raises: BadSetting; Unproven."""
        return cls(needed, tuple(map(WitnessKey.parse, vkeys)))

    @property
    def witnesses(self) -> tuple[WitnessKey, ...]:
        """All witnesses, those of groups included."""
        return tuple(self._flat())

    def met(self, note: Note) -> bool:
        """Say whether enough witnesses cosigned *note*. Raises: Unproven when one of their signatures is false."""
        return self._enough({(one.name, one.key_id) for one in cosigned(note, self.witnesses)})

    def verify(self, note: Note) -> list[Signature]:
        """Return the cosignatures that count. Raises: Unproven when they are too few, or when one is false."""
        found = cosigned(note, self.witnesses)
        if not self._enough({(one.name, one.key_id) for one in found}):
            raise Unproven(
                f"Het controlepunt is door {len(found)} van de {len(self.witnesses)} getuigen medeondertekend; "
                "dat zijn er te weinig."
            )
        return found

    def _flat(self) -> Iterator[WitnessKey]:
        for member in self.members:
            if isinstance(member, Quorum):
                yield from member.witnesses
            else:
                yield member

    def _enough(self, signers: set[tuple[str, bytes]]) -> bool:
        count = 0
        for member in self.members:
            if isinstance(member, Quorum):
                count += member._enough(signers)
            else:
                count += (member.name, member.key_id) in signers
        return count >= self.needed


NOBODY = Quorum(0, ())
"""No witness is asked for."""
