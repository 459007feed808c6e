"""Reviews that fall due, of the present texts and of the kept versions in packs, with packs and colleges. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from pipeline.editions.states import slug, takers
from pipeline.model.due import DueReview
from pipeline.model.library import Library
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.library_file import Imprint
from pipeline.model.source.pack import Pack
from pipeline.resolve.environment import address_of, environment_of
from pipeline.resolve.status import is_retired, review_by, reviewed_on
from pipeline.resolve.versions import read_kept_version

_Holders = Mapping[str, Sequence[Pack]]
"""The packs that list a text, by the line by which they do."""


def due_reviews(library: Library, today: date) -> tuple[DueReview, ...]:
    """The next review of every text in use that has one, by owner, day and id; texts without an owner come last.

    A review concerns the colleges that are open on its day, or today if it is overdue.
    """
    holders: dict[str, list[Pack]] = {}
    for pack in library.packs.values():
        for line in pack.lines:
            holders.setdefault(line, []).append(pack)
    found = (*_present(library, holders, today), *_pinned(library, holders, today))
    return tuple(sorted(found, key=lambda one: (not one.owner, one.owner.casefold(), one.day, one.id, one.version)))


def _present(library: Library, holders: _Holders, today: date) -> Iterator[DueReview]:
    for name, briefing in library.briefings.items():
        if not briefing.manual and not is_retired(briefing):
            lines = name, f"{name}@{briefing.fields.version}"
            yield from _due(library, name, briefing.fields, _packs(holders, *lines), today, kept=False)


def _pinned(library: Library, holders: _Holders, today: date) -> Iterator[DueReview]:
    """Reviews of the kept versions in packs, as far as the present text bears another number."""
    environment = environment_of(library)
    for line in holders:
        kept = library.kept.get(line)
        present = library.briefings.get(kept.id) if kept else None
        if kept is None or (present and present.fields.version == kept.version):
            continue
        briefing = read_kept_version(environment, kept, date.min).briefing
        if not is_retired(briefing):
            fields = briefing.fields.model_copy(update={"owner": (present or briefing).fields.owner})
            yield from _due(library, kept.id, fields, _packs(holders, line), today, kept=True)


def _packs(holders: _Holders, *lines: str) -> dict[str, Pack]:
    """The packs that list a text by one of these lines, by id."""
    return {pack.id: pack for line in lines for pack in holders.get(line, ())}


def _due(
    library: Library, name: str, fields: BriefingFields, packs: Mapping[str, Pack], today: date, kept: bool
) -> Iterator[DueReview]:
    """The review of a text that these packs hold, if it has a day."""
    imprint = library.imprint
    day = review_by(fields, imprint.fields)
    if day is None:
        return
    on = max(day, today)
    taken_by = {college: one.name for pack in packs.values() for college, one in takers(library, pack, on).items()}
    told = [on for on in (fields.first_published, fields.updated, reviewed_on(fields)) if on]
    text = f"{name}-{fields.version}" if kept else name
    yield DueReview(
        day=day,
        owner=fields.owner or "",
        id=name,
        version=fields.version,
        title=fields.title,
        status=str(fields.status),
        kept=kept,
        packs=tuple((one, packs[one].fields.title) for one in sorted(packs)),
        colleges=tuple(sorted(taken_by.items())),
        address=address_of(library.briefings[name].head, imprint) if name in library.briefings else "",
        uid=f"review-{text}@{_host(imprint)}",
        changed=max((*told, *(entry.date for entry in fields.history)), default=day),
        revision=len(fields.history),
    )


def _host(imprint: Imprint) -> str:
    """The name behind the @ of calendar entries: the library's own host, or one that can be no host's."""
    own = urlsplit(imprint.fields.address or "").hostname
    return own or f"{slug(imprint.fields.publisher)}.invalid"
