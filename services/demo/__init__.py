"""``zvh demo``: a week of partner traffic, from referral to proof, with invented persons."""

from services.demo.play import play

__all__ = ["play"]
