"""Headers of every answer: nothing is kept on the way, guessed at, or run."""

from tests.http_house import Door
from tests.rights_house import asked, contact_point, granted
from tests.scenarios.people import bsn, referral

MARKUP = "<script>alert(1)</script>"


def test_no_answer_of_a_session_is_kept_on_the_way(door: Door) -> None:
    """Given cases, a problem and a description, who is signed in gets no-store; the log keeps its own word."""
    for path in ("/cases", "/cases/no-number", "/openapi.json"):
        told = door.director().get(path).headers
        assert (told["cache-control"], told["x-content-type-options"]) == ("no-store", "nosniff")
    door.house.settle()
    door.referred()
    assert "max-age" in door.director().get("/log/checkpoint").headers["cache-control"]


def test_a_page_runs_nothing_whatever_somebody_typed(door: Door) -> None:
    """Given markup in a name and a reason, the account shows it as text, on a page that may load and run nothing."""
    number = bsn()
    door.referred(subject={**referral()["subject"], "bsn": number, "given_name": MARKUP}, reason=MARKUP)
    request = asked(door, number)
    granted(door, request)
    page = contact_point(door).post(f"/rights/{request}/make-report", {"format": "html", "copy": True})
    assert page.status_code == 200
    assert (MARKUP in page.text, "&lt;script&gt;alert(1)" in page.text) == (False, True)
    assert "default-src 'none'" in page.headers["content-security-policy"]
