"""Credits: everybody with a part in a text, as its readers are told."""

from collections.abc import Iterable

from pipeline.model.credit import Credit, Role
from pipeline.model.source.briefing import Briefing, Contributor
from pipeline.resolve.environment import Environment
from pipeline.resolve.publish.filing import filed_name


def credits_of(environment: Environment, briefing: Briefing) -> tuple[Credit, ...]:
    """Authors and reviewers of a briefing with their place in an alphabet, if the imprint names them to readers."""
    if not environment.imprint.fields.show_authors:
        return ()
    bodies = _bodies(environment)
    return (
        *(_credit(person, "author", bodies) for person in briefing.fields.authors),
        *(_credit(person, "reviewer", bodies) for person in briefing.fields.reviewers),
    )


def _credit(person: Contributor, role: Role, bodies: Iterable[str]) -> Credit:
    return Credit(person.name, person.file_as or filed_name(person.name, bodies), role)


def _bodies(environment: Environment) -> frozenset[str]:
    """The names of all organisations that the library knows."""
    fields = environment.imprint.fields
    listed = (name for body in environment.organisations.values() for name in (body.name, body.short_name) if name)
    return frozenset(name.casefold() for name in (fields.publisher, *listed))
