"""Names of the topics of one participant; the one place where an organisation code becomes a topic."""

from events.vocabulary import OrgCode

REJECTED = "zvh.intake.rejected"
_INTAKE, _FEED = "zvh.intake.", "zvh.feed."


def intake_topic(org: OrgCode) -> str:
    """Return the topic on which only *org* writes: ``SAFE_HOME`` gives ``zvh.intake.safe-home``."""
    return _INTAKE + kebab(org)


def feed_topic(org: OrgCode) -> str:
    """Return the topic that only *org* reads."""
    return _FEED + kebab(org)


def kebab(org: OrgCode) -> str:
    """Return an organisation's code in kebab-case, the form of topics and of users on Kafka."""
    return org.lower().replace("_", "-")
