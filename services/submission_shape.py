"""The base of what partners send, and who somebody is: shared by all shapes of the intake."""

from pydantic import BaseModel, ConfigDict

from services.submission_values import BirthDay, Bsn, Filled, Text


class Shape(BaseModel):
    """Base of what a partner sends: closed, because data that nobody asked for are data too many (AVG 5)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)


class Identity(Shape):
    """Who somebody is, as the partner knows it."""

    bsn: Bsn
    given_name: Text
    family_name: Filled
    birth_date: BirthDay
    address: Text
    municipality: Text
