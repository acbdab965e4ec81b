"""Bad events: every way of going wrong that the intake has a name for, and some that it must survive."""

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

Event = dict[str, Any]
OUTSIDER_OIN = "00000009009009009000"
"""OIN of an organisation that is no participant."""

Fault = Callable[[Random, Event], bytes]


def written(event: Event) -> bytes:
    """Return the event as a partner's system would send it: one line of JSON."""
    return json.dumps(event, ensure_ascii=False).encode()


def _changed(change: Callable[[Random, Event], None]) -> Fault:
    def spoil(rng: Random, event: Event) -> bytes:
        spoiled = copy.deepcopy(event)
        change(rng, spoiled)
        return written(spoiled)

    return spoil


def _broken(rng: Random, event: Event) -> bytes:
    whole = written(event)
    return rng.choice(
        (
            whole[: rng.randrange(20, len(whole) - 1)],
            b'{"id": "eerste", ' + whole[1:],
            whole.replace(b'"data": {', b'"data": {"gewicht": NaN, ', 1),
            whole.replace(b'"data": {', b'"data": {"half": "\\udc00", ', 1),
            b"[" * 30_000,
            whole.replace(b"1.0", b"1.0\xff", 1),
            b"",
        )
    )


def _missing(rng: Random, event: Event) -> None:
    if rng.random() < 0.2:
        event["data"][rng.choice(("reason", "aim"))] = " "
    elif rng.random() < 0.3:
        del event[rng.choice(("id", "source", "type", "specversion", "data"))]
    else:
        del event["data"][rng.choice(("channel", "regime", "task", "reporter", "subject", "reason", "criteria"))]


def _wrong_digit(rng: Random, event: Event) -> None:
    person = rng.choice([event["data"]["subject"], *event["data"]["related_persons"]])
    last = int(person["bsn"][-1])
    person["bsn"] = person["bsn"][:-1] + str((last + rng.randrange(1, 10)) % 10)


def _anothers_channel(_: Random, event: Event) -> None:
    data = event["data"]
    data["channel"] = "SAFE_HOME" if data["task"] != "safe-home" else "WVGGZ_NON_ACUTE"


def _bad_value(rng: Random, event: Event) -> None:
    data = event["data"]
    rng.choice(
        (
            lambda: event.update(specversion="0.3"),
            lambda: event.update(datacontenttype="text/xml"),
            lambda: data.update(subject="iemand"),
            lambda: data.update(occurred_at="gisteren"),
            lambda: data.update(secrecy_notice_accepted="ja"),
            lambda: data["subject"].update(birth_date="1990-02-31"),
            lambda: data.update(huisdier="geen veld dat wij kennen"),
            lambda: data["criteria"]["harm"].update(mode="PERHAPS"),
        )
    )()


FAULTS: dict[str, Fault] = {
    "broken_json": _broken,
    "missing_field": _changed(_missing),
    "bad_value": _changed(_bad_value),
    "bad_bsn": _changed(_wrong_digit),
    "unknown_type": _changed(lambda _, e: e.update(type="nl.zvh.intake.referral-dreamt.v1")),
    "unknown_channel": _changed(lambda _, e: e["data"].update(channel="SMOKE_SIGNAL")),
    "channel_not_allowed": _changed(_anothers_channel),
    "regime_not_allowed": _changed(lambda _, e: e["data"].update(regime="NO_SUCH_LAW")),
    "wrong_hat": _changed(lambda _, e: e["data"].update(task="weather-forecast")),
    "not_participant": _changed(lambda _, e: e.update(source=f"urn:nld:oin:{OUTSIDER_OIN}:systeem:oefening")),
    "wrong_sender": _changed(lambda _, e: e["data"].update(on_behalf_of=OUTSIDER_OIN)),
    "secrecy_not_accepted": _changed(lambda _, e: e["data"].update(secrecy_notice_accepted=False)),
    "oversized": _changed(lambda rng, e: e["data"].update(reason="x" * rng.randrange(66_000, 90_000))),
    "unknown_referral": _changed(
        lambda rng, e: e.update(
            type="nl.zvh.intake.referral-withdrawn.v1",
            data={"referral": str(UUID(int=rng.getrandbits(128), version=4)), "reason": "toch niet nodig"},
        )
    ),
}
"""Outcome -> how a good referral is spoiled so that this becomes of it."""
