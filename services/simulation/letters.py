"""Good events: a referral, a supplement, a withdrawal, each as a CloudEvent that the intake takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from events.fact import rfc3339
from services.simulation.people import person
from services.submission import OFFERED, SUPPLEMENTED, WITHDRAWN

_FACTORS = {
    "housing": "verliest over enkele weken de woning",
    "finance": "schulden bij meerdere eisers",
    "daytime_activity": "komt niet meer op de dagbesteding",
    "addiction": "gebruikt dagelijks",
    "mental_health": "weigert behandeling",
    "family": "ruzies thuis lopen uit de hand",
    "social_network": "trekt op met een groep die strafbare feiten pleegt",
    "education": "gaat al maanden niet naar school",
}
_WHY = (
    "Meerdere organisaties zijn betrokken, maar niemand heeft het geheel in beeld",
    "De meldingen uit de buurt nemen toe en de ingezette hulp heeft geen effect",
    "Na de detentie is er geen woning en geen begeleiding",
    "Betrokkene ontvangt niemand meer en de buren voelen zich onveilig",
)
_AIMS = (
    "één plan met afgesproken taken",
    "minder overlast in de straat",
    "zorg die blijft",
    "een veilige thuissituatie",
)


@dataclass(frozen=True)
class Partner:
    """A participant as the simulator needs it."""

    code: str
    oin: str
    tasks: tuple[str, ...]
    channels: tuple[tuple[str, str], ...]
    """(channel, regime) pairs that this participant may use."""

    @property
    def source(self) -> str:
        """The CloudEvents source of its one system."""
        return f"urn:nld:oin:{self.oin}:systeem:oefening"


def event(rng: Random, partner: Partner, kind: str, data: Mapping[str, object], at: datetime) -> dict[str, object]:
    """Return the envelope with *data* in it."""
    return {
        "specversion": "1.0",
        "id": str(UUID(int=rng.getrandbits(128), version=4)),
        "source": partner.source,
        "type": kind,
        "time": rfc3339(at),
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def referral(rng: Random, partner: Partner, others: Sequence[Partner], at: datetime) -> dict[str, object]:
    """Return a good referral by *partner*."""
    channel, regime = rng.choice(partner.channels)
    reporter = f"collega-{rng.randrange(100, 160)}"
    data: dict[str, object] = {
        "channel": channel,
        "regime": regime,
        "task": rng.choice(partner.tasks),
        "occurred_at": rfc3339(at - timedelta(minutes=rng.randrange(5, 600))),
        "reporter": reporter,
        "subject": person(rng),
        "related_persons": [
            {**person(rng), "role": rng.choice(("FAMILY", "FAMILY", "VICTIM"))}
            for _ in range(rng.choice((0, 0, 1, 1, 3)))
        ],
        "reason": rng.choice(_WHY),
        "aim": rng.choice(_AIMS),
        "criteria": _criteria(rng, partner, others, at),
        "inform_status": _informing(rng, reporter, at),
        "secrecy_notice_accepted": True,
    }
    if rng.random() < 0.25:
        day = at.date().isoformat()
        data["breakthrough"] = {
            "stuck": "er is geen plek en niemand mag er een aanwijzen",
            "tried_locally": [{"date": day, "what": "overleg met de aanbieders", "result": "afgewezen"}],
            "wanted": "een plek binnen drie weken",
            "from": rng.choice(others).code,
            "by": (at.date() + timedelta(days=21)).isoformat(),
        }
    return event(rng, partner, OFFERED, data, at)


def supplement(rng: Random, partner: Partner, referral_id: str, at: datetime) -> dict[str, object]:
    """Return a supplement to a referral of the same partner."""
    parts = {"reason": rng.choice(_WHY), "aim": rng.choice(_AIMS)}
    chosen = rng.sample(sorted(parts), rng.choice((1, 2)))
    return event(rng, partner, SUPPLEMENTED, {"referral": referral_id, **{name: parts[name] for name in chosen}}, at)


def withdrawal(rng: Random, partner: Partner, referral_id: str, at: datetime) -> dict[str, object]:
    """Return a withdrawal of a referral of the same partner."""
    reason = rng.choice(("de eigen aanpak werkt alsnog", "betrokkene woont nu in een andere regio"))
    return event(rng, partner, WITHDRAWN, {"referral": referral_id, "reason": reason}, at)


def _criteria(rng: Random, partner: Partner, others: Sequence[Partner], at: datetime) -> dict[str, object]:
    family = rng.random() < 0.2
    threatened = rng.random() < 0.25
    needed = [partner, *rng.sample([other for other in others if other.code != partner.code], rng.choice((1, 2, 3)))]
    harm: dict[str, object] = {
        "mode": "WOULD_LEAD" if threatened else rng.choice(("LEADS", "HAS_LED")),
        "caused_by_subject": rng.random() < 0.9,
        "harms": rng.sample(("SERIOUS_NUISANCE", "CRIME", "UNSAFE_PERSONS", "UNSAFE_AREA"), rng.choice((1, 2))),
    }
    if threatened:
        seen = (at.date() - timedelta(days=rng.randrange(2, 40))).isoformat()
        harm["objective_indications"] = [{"date": seen, "source": partner.code, "what": "dreigde met geweld"}]
        harm["why_without_intervention"] = "het ging de vorige keer ook zo"
    return {
        "place": {"locus": "FAMILY", "relevance_for_subject": "woont bij dit gezin"}
        if family
        else {"locus": "SUBJECT"},
        "width": [
            {
                "life_domain": name,
                "criminogenic_factor": _FACTORS[name],
                "evidence": f"dossierstuk {rng.randrange(10, 99)}",
            }
            for name in rng.sample(sorted(_FACTORS), rng.choice((1, 2, 3)))
        ],
        "harm": harm,
        "together": {
            "needed_participants": [{"participant": one.code, "task": one.tasks[0]} for one in needed],
            "why_necessary": "een organisatie alleen komt er niet uit" if rng.random() < 0.9 else "",
            "plan_aim": rng.choice(("PREVENT", "REDUCE", "FIGHT")),
        },
    }


def _informing(rng: Random, reporter: str, at: datetime) -> dict[str, object]:
    day = at.date()
    ways: tuple[dict[str, object], ...] = (
        {"status": "INFORMED", "on": day.isoformat(), "by": reporter},
        {"status": "PENDING"},
        {
            "status": "DEFERRED",
            "ground": "gevaar voor een gezinslid",
            "decided_by": reporter,
            "review_by": (day + timedelta(days=30)).isoformat(),
        },
    )
    return rng.choices(ways, (60, 30, 10))[0]
