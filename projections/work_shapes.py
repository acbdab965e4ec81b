"""What of each fact the work lists read: shapes to decode with, every other field left alone."""

import msgspec


class Referral(msgspec.Struct, gc=False):
    referrer_org: str
    inform_status: "Inform"
    inform_by: str | None = None


class Inform(msgspec.Struct, gc=False):
    status: str
    review_by: str | None = None


class Signal(msgspec.Struct, gc=False):
    org: str
    due: str


class Returned(msgspec.Struct, gc=False):
    supplement_by: str | None = None


class Member(msgspec.Struct, gc=False):
    org: str
    task: str


class Check(msgspec.Struct, gc=False):
    check_id: str
    asked: list[Member]
    due: str


class CheckAnswer(msgspec.Struct, gc=False):
    check_id: str
    org: str


class Question(msgspec.Struct, gc=False):
    question_id: str
    asked: Member
    due: str


class Answer(msgspec.Struct, gc=False):
    question_id: str


class Consultation(msgspec.Struct, gc=False):
    consultation_id: str
    planned_for: str
    invited: list[Member]
    answer_due: str


class InvitationAnswer(msgspec.Struct, gc=False):
    consultation_id: str
    org: str


class Task(msgspec.Struct, gc=False):
    task_id: str
    owner: Member
    due: str


class Held(msgspec.Struct, gc=False):
    consultation_id: str
    tasks: list[Task]


class Action(msgspec.Struct, gc=False):
    action_id: str
    owner: Member
    due: str


class Content(msgspec.Struct, gc=False):
    item_id: str


class Plan(msgspec.Struct, gc=False):
    actions: list[Action]
    content: Content
    confirm_by: str


class Confirmed(msgspec.Struct, gc=False):
    org: str
    org_task: str


class Reported(msgspec.Struct, gc=False):
    action_id: str
    status: str


class Escalation(msgspec.Struct, gc=False):
    escalation_id: str
    answer_due: str


class Deescalation(msgspec.Struct, gc=False):
    deescalation_id: str
    answer_due: str


class Review(msgspec.Struct, gc=False):
    review_on: str
    close_by: str | None = None


class Until(msgspec.Struct, gc=False):
    until: str


class Withdrawn(msgspec.Struct, gc=False):
    destroy_after: str


class Kept(msgspec.Struct, gc=False):
    retain_until: str


class Hold(msgspec.Struct, gc=False):
    hold_id: str


class Deferred(msgspec.Struct, gc=False):
    review_by: str


class Requested(msgspec.Struct, gc=False):
    request_id: str
    recipient_org: str
    recipient_task: str
    asked_of: str
    due: str


class Decided(msgspec.Struct, gc=False):
    request_id: str | None = None


class Result(msgspec.Struct, gc=False):
    result_id: str
    kind: str


class OfResult(msgspec.Struct, gc=False):
    result_id: str


class Moved(msgspec.Struct, gc=False):
    participants: list[Member]
    authorised_until: str


class Disclosed(msgspec.Struct, gc=False):
    disclosure_id: str
    recipient_org: str
    receipt_by: str | None = None


class Accessed(msgspec.Struct, gc=False):
    disclosure_id: str


class Term(msgspec.Struct, gc=False):
    kind: str
    about: str
    org: str
    due: str


class Received(msgspec.Struct, gc=False):
    due: str
    right: str


class Identity(msgspec.Struct, gc=False):
    may_act: bool


class Part(msgspec.Struct, gc=False):
    controller: str
    has_data: bool


class FannedOut(msgspec.Struct, gc=False):
    parts: list[Part]
    parts_due: str
    occurred_at: str


class Happened(msgspec.Struct, gc=False):
    occurred_at: str


class Extended(msgspec.Struct, gc=False):
    due: str
    parts_due: str


class PartDecided(msgspec.Struct, gc=False):
    controller: str
    outcome: str


class Withheld(msgspec.Struct, gc=False):
    withholding_id: str
    decided_for: str
    review_by: str


class Withholding(msgspec.Struct, gc=False):
    withholding_id: str
    review_by: str = ""


class RequestEnded(msgspec.Struct, gc=False):
    occurred_at: str
    retain_until: str


class Remedy(msgspec.Struct, gc=False):
    occurred_at: str
    remedy_id: str
