"""Texts and editions that can be recalled, their titles, and the other texts in copies that hold no more. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.colleges.holdings import Holding
from pipeline.colleges.recalls import NamedWords, Recall
from pipeline.editions.issued.now import version_now
from pipeline.editions.issued.records import RecordFile
from pipeline.editions.retired import retired_in_words
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.edition import EditionRecord
from pipeline.model.source.kept import pin
from pipeline.model.words import Words


@dataclass(frozen=True, slots=True)
class TextsOnRecord:
    """The records of issued editions, and what has become of their texts since."""

    records: tuple[RecordFile, ...]
    library: Library
    retracted: Collection[str] = ()
    """The versions that rest on a work that was retracted."""

    def record(self, one: Holding) -> EditionRecord | None:
        """The record of the edition that copies are of."""
        same = [each for each in self.records if (each.record.pack, each.record.edition) == (one.pack, one.edition)]
        return next((each.record for each in same if each.sha256 == one.record), same[0].record if same else None)

    def pack_title(self, one: Holding) -> str:
        """The title of the pack on these copies."""
        record, pack = self.record(one), self.library.packs.get(one.pack)
        return record.title if record else pack.fields.title if pack else one.pack

    def text_title(self, one: Holding, text: str) -> str:
        """The title of a text in these copies."""
        record, name = self.record(one), text.partition("@")[0]
        known = self.library.briefings.get(name)
        titles = {each.pinned: each.title for each in (record.briefings if record else ())}
        return titles.get(text, known.fields.title if known else name)


def issued_editions(records: Iterable[RecordFile]) -> tuple[NamedWords, ...]:
    """The editions that were issued, with their briefings."""
    return tuple((one.record.pack, one.record.edition, one.record.texts) for one in records)


def published_versions(library: Library) -> tuple[str, ...]:
    """The versions of briefings that were published: those that are kept, and those in force."""
    kept = (pin(name, number) for name, numbers in library.kept_numbers.items() for number in numbers)
    every = library.briefings.values()
    now = (pin(one.id, one.fields.version) for one in every if one.fields.status is Status.PUBLISHED)
    return tuple(dict.fromkeys((*kept, *now)))


def edition_titles(own: Iterable[Holding], known: TextsOnRecord) -> Mapping[tuple[str, str], str]:
    """The title of the pack by pack and edition, as the copies bear it."""
    return {(one.pack, one.edition): known.pack_title(one) for one in own}


def recalled_title(of: str, own: Sequence[Holding], known: TextsOnRecord, words: Words) -> str:
    """The title of what is recalled, with its version or edition, as the copies of a college bear it."""
    name, _, which = of.partition("@")
    mine = [(one, text) for one in own for text in one.briefings if of in (text, text.partition("@")[0])]
    packs = [one for one in own if of in (one.pack, f"{one.pack}@{one.edition}")]
    found = [known.text_title(one, text) for one, text in mine] or [known.pack_title(one) for one in packs]
    title = "; ".join(dict.fromkeys(found)) or name
    if not which:
        return title
    if mine:
        return words.say("recall-title-version", title=title, version=which)
    return words.say("recall-title-edition", title=title, edition=which)


def other_texts(
    recall: Recall, own: Iterable[Holding], recalls: Iterable[Recall], known: TextsOnRecord, words: Words
) -> tuple[bool, tuple[str, ...]]:
    """Whether copies hold other texts that all still hold, and the titles of those that do not, each once.

    One that is recalled too holds no more, nor one that is withdrawn, superseded or corrected, or that rests on a
    retracted work. Of one that the library has no more nobody can say whether it holds.
    """
    standing = [one for one in recalls if one.name != recall.name]
    gone, doubtful, beside = dict[str, None](), False, False
    for one in own:
        if not set(one.briefings) & set(recall.words):
            continue
        others = [text for text in one.briefings if text not in recall.words]
        beside = beside or bool(others)
        if others and any(f"{one.pack}@{one.edition}" in each.holds_in(one.pack, one.edition, ()) for each in standing):
            gone[words.say("recall-title-edition", title=known.pack_title(one), edition=one.edition)] = None
        for text in others:
            title, version = known.text_title(one, text), text.partition("@")[2]
            recalled = any(each.holds_in("", "", (text,)) for each in standing)
            if recalled or _holds_no_more(text, title, known):
                gone[words.say("recall-title-version", title=title, version=version)] = None
            doubtful = doubtful or text.partition("@")[0] not in known.library.briefings
    return beside and not gone and not doubtful, tuple(gone)


def _holds_no_more(text: str, title: str, known: TextsOnRecord) -> bool:
    """Whether nobody should rely on a version of a text any more, by what is known of it now."""
    name, _, version = text.partition("@")
    if text in known.retracted or retired_in_words(known.library, name):
        return True
    return version_now(known.library, name, version, title).word in ("withdrawn", "corrected")
