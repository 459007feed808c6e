"""The letter with printed copies, and the words around the one with files: old copies, lines to answer by. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from pipeline.colleges.deliveries.paper import address_of, copies_by_edition, held_of, only_old
from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.holdings import Holding, is_paper
from pipeline.compose.posting.parts import NOTHING, LetterItem, LetterPart
from pipeline.editions.copies import Issue
from pipeline.editions.letters import code_said, needs, whether_current, with_numbers
from pipeline.editions.since import changes_since
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings, colleges_of
from pipeline.model.words import Words


def closing(
    library: Library,
    issue: Issue,
    one: PlannedDelivery,
    held: Iterable[Holding],
    words: Words,
    answer_by: date | None = None,
) -> tuple[LetterPart, ...]:
    """The parts at the end of the letter with a delivery; `held` are all holdings."""
    own = [copy for copy in held if (copy.college, copy.pack, copy.state) == (one.college, one.pack, "held")]
    paper = [copy for copy in own if is_paper(copy.format)]
    kept = (one.edition, *one.newer)
    old_files = [copy for copy in own if copy not in paper and copy.edition not in kept and not one.on_paper]
    old_paper = [copy for copy in paper if copy.edition not in kept]
    old = [*old_files, *old_paper]
    parts = [LetterPart((words.say("letter-superseded-edition", new=one.newer[-1]),))] if one.newer else []
    parts += [LetterPart(tuple(_asked(one, old_files, old_paper, words)), tuple(_listed(old_files, old_paper, words)))]
    if old_files and not paper:
        parts.append(LetterPart((words.say("letter-no-printed"),)))
    if one.channel != "mail" and not one.on_paper:
        parts.append(LetterPart((words.say("letter-receipt"),)))
    contact = library.imprint.fields.contact or words.say("recall-sender")
    asked = (words.say("letter-answer", contact=contact),)
    by = (words.say("post-answer-by", date=words.day(answer_by)),) if answer_by else ()
    parts.append(LetterPart((*asked, *by), tuple(map(LetterItem, _answers(library, issue, one, old, words)))))
    return tuple(part for part in parts if part.lines)


def posted_letter(
    library: Library,
    issue: Issue,
    one: PlannedDelivery,
    held: Sequence[Holding],
    words: Words,
    answer_by: date | None = None,
) -> tuple[LetterPart, ...]:
    """The letter with printed copies that are posted; `held` are all holdings."""
    fields, college = library.imprint.fields, colleges_of(library.others)[one.college]
    old = held_of(one.college, one.pack, (one.edition, *one.newer), held)
    newest = max(old, key=lambda holding: holding.since, default=None)
    numbers = [number for file in one.files for number in file.copies]
    enclosed = words.count("letter-printed", sum(file.quantity for file in one.files))
    receive = LetterPart((words.say("letter-receive"),), (LetterItem(with_numbers(enclosed, numbers, words)),))
    about = [words.say("letter-produced", date=words.day(issue.produced))]
    about += [code_said(issue.code, bool(numbers), words)] if issue.code else []
    about += whether_current(issue, words)
    settings = fields.of(DeliverySettings)
    by_post = "post-send-by-post" if old else "post-send-slip-by-post"
    return (
        LetterPart((issue.title, issue.edition)),
        LetterPart((college.name, *address_of(one))),
        receive,
        LetterPart(tuple(about)),
        changes_since(library, issue, newest.edition, newest.briefings, words) if newest else NOTHING,
        needs(college, words),
        LetterPart((words.say("letter-key", key=settings.signing.key),) if settings.signing else ()),
        LetterPart((words.say("letter-yours"),) if numbers else ()),
        LetterPart((fields.accessible_formats,) if fields.accessible_formats else ()),
        *closing(library, issue, one, held, words, answer_by),
        LetterPart((words.say(by_post, address=settings.return_to),) if settings.return_to else ()),
    )


def fetching(links: Mapping[str, str], words: Words) -> tuple[LetterPart, ...]:
    """The part before a letter whose files are to be fetched: a link to each."""
    items = tuple(LetterItem(words.say("letter-link", file=file, address=link)) for file, link in links.items())
    return (LetterPart((words.say("letter-links"),), items),)


def _asked(one: PlannedDelivery, files: Sequence[Holding], paper: Sequence[Holding], words: Words) -> Iterator[str]:
    """The sentences on what is to be done with the old copies, if there are some."""
    if not files and not paper:
        return
    asks = {(True, False): "letter-delete", (True, True): "letter-delete-destroy", (False, True): "letter-destroy"}
    yield words.say(asks[bool(files), bool(paper)])
    if said := only_old([*files, *paper], one, words):
        yield said
    yield words.say("letter-old")


def _listed(files: Sequence[Holding], paper: Sequence[Holding], words: Words) -> Iterator[LetterItem]:
    for phrase, kind in (("letter-old-files", files), ("letter-old-printed", paper)):
        for edition, copies in copies_by_edition(kind, words):
            yield LetterItem(words.say(phrase, edition=edition, copies=copies))


def _answers(
    library: Library, issue: Issue, one: PlannedDelivery, old: Sequence[Holding], words: Words
) -> Iterator[str]:
    yield words.say("post-delivery", id=one.id)
    name = colleges_of(library.others)[one.college].name
    yield words.say("post-slip-of", college=name, title=issue.title, edition=issue.edition)
    yield words.say("letter-answer-got")
    yield words.say("letter-answer-not")
    for edition in dict.fromkeys(copy.edition for copy in old):
        yield words.say("letter-answer-old", edition=edition)
    yield words.say("letter-answer-sign")
