"""Every error that a person can meet, in one tree.

    ZvhError                     base: one sentence for a person, never a personal datum
    ├── NotSignedIn              the token of whoever asks does not hold; nothing was looked at yet
    ├── Refusal                  the law, the policies or the room's rules say no; a normal outcome, recorded as a fact
    ├── Conflict                 somebody else changed the case first; read it again and decide anew
    ├── Unavailable              a part we lean on (database, Kafka, key store) does not answer; nothing was done
    ├── BadSetting               a setting is missing or wrong; the product does not start
    ├── Corrupt                  stored bytes contradict each other or their proof; stop and look
    ├── Unproven                 a signature or a proof does not hold; nothing that leans on it may be believed
    └── NotFound                 there is no such case, subject or fact

The lowest layer, so that every other layer can raise one.
"""


class ZvhError(Exception):
    """Base of all errors that we raise on purpose; ``str(error)`` is safe to show and to log."""


class NotSignedIn(ZvhError):
    """The token of whoever asks does not hold; HTTP 401. Never quotes the token or anything that stands in it.

    Args:
        says: one Dutch sentence: what is wrong.
        remedy: one Dutch sentence: what the reader can do now.
    """

    def __init__(self, says: str, remedy: str) -> None:
        self.says, self.remedy = says, remedy
        super().__init__(f"{says} {remedy}")


class Refusal(ZvhError):
    """A request that may not be done.

    Args:
        code: refusal code, upper case, for example ``NO_PURPOSE`` (domain 5.7).
        says: one Dutch sentence: what is missing or forbidden.
        remedy: one Dutch sentence: what the reader can do now.
        legal_ref: key in ``policies/reference_data/legal_refs.toml`` of the rule that refuses.
    """

    def __init__(self, code: str, says: str, remedy: str, legal_ref: str) -> None:
        self.code, self.says, self.remedy, self.legal_ref = code, says, remedy, legal_ref
        super().__init__(f"{says} {remedy} ({code}, {legal_ref})")


class Conflict(ZvhError):
    """The case changed since it was read; HTTP 409 or 412."""


class Unavailable(ZvhError):
    """A part that we need does not answer. The caller may try again later; nothing was half done."""


class BadSetting(ZvhError):
    """A setting is missing or wrong. The text names the setting, the problem and the fix, never a secret value."""


class Corrupt(ZvhError):
    """Bytes that must agree do not agree. Never repaired silently: the text names the place."""


class Unproven(ZvhError):
    """A note, signature or proof is malformed or does not hold. The text names the place, never what was offered."""


class NotFound(ZvhError):
    """What was asked for does not exist here."""
