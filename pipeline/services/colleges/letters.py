"""Letters to colleges, in the words of their language: with files, and with printed copies."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup

from pipeline.build.project import Project
from pipeline.compose.language.words import enumerated
from pipeline.core.sentences import as_csv, count, numbers_in_words, runs_of
from pipeline.core.services import hooked
from pipeline.load.words import wordbook
from pipeline.model.library import Library
from pipeline.model.source.college import College, DeliverySettings, colleges_of
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.posting import Postage
from pipeline.model.words import Phrases
from pipeline.resolve.environment import address_under
from pipeline.services.colleges.holdings import LEAVES, Holding, is_on_paper
from pipeline.services.colleges.manifest import media_type
from pipeline.services.colleges.plan import PlannedDelivery
from pipeline.services.colleges.takers import EMPTY_PART, LetterItem, LetterPart, PreparedEdition, compose_changes_since
from pipeline.services.colleges.transport import Parcel
from pipeline.services.editions.edition import FinishedFile, TextState


def find_letter_words(project: Project, library: Library, names: Iterable[str]) -> dict[str, Phrases]:
    """The words of the letter to each college: of the language it works in, else of the library's."""
    book, own = wordbook(project.layouts), library.imprint.fields.language
    known = {name: colleges_of(library.others).get(name) for name in names}
    return {name: book.of((college and college.language) or own) for name, college in known.items()}


COVER_NOTE = "cover-note.txt"


def format_as_text(parts: Sequence[LetterPart]) -> str:
    """A letter in plain text: its parts, an empty line between two."""
    return "\n\n".join("\n".join(part.text()) for part in parts if part != EMPTY_PART) + "\n"


def compose_cover_note(
    issue: PreparedEdition,
    college: College,
    files: Sequence[FinishedFile],
    printed: Sequence[int] | None,
    changes: LetterPart,
    words: Phrases,
) -> tuple[LetterPart, ...]:
    """The note that lies in a college's folder, and that is its mail."""
    imprint, statuses = issue.imprint.fields, issue.state.statuses
    says = (words.say("letter-pages-say", statuses=" · ".join(statuses)),) if statuses else ()
    who = words.say("letter-for", college=college.name), words.say("letter-produced", date=words.day(issue.produced))
    holds = tuple(LetterItem(_bound(issue, *one, words)) for one in issue.versions)
    numbered = printed or any(file.number for file in files)
    record = words.say("letter-record", record=issue.record[:8])
    return (
        LetterPart((issue.title, issue.edition, *says)),
        LetterPart(who),
        LetterPart((words.say("letter-receive"),), tuple(_received(college, files, printed, words))),
        LetterPart((words.say("letter-holds"),), holds),
        changes,
        compose_needs(college, words),
        LetterPart((words.say("letter-in-place"),) if changes != EMPTY_PART else ()),
        LetterPart((describe_code(issue.code, bool(numbered), words), record, words.say("letter-keep"))),
        LetterPart(tuple(_to_check(issue, words))),
        LetterPart((words.say("letter-yours"),) if numbered else ()),
        LetterPart((imprint.accessible_formats,) if imprint.accessible_formats else ()),
        LetterPart((words.say("letter-questions", contact=imprint.contact),) if imprint.contact else ()),
    )


def compose_needs(college: College, words: Phrases) -> LetterPart:
    """The needs that a college has told of; nothing where it has none."""
    items = tuple(map(LetterItem, college.access_needs))
    return LetterPart((words.say("letter-needs"),), items) if items else EMPTY_PART


def _received(
    college: College, files: Sequence[FinishedFile], printed: Sequence[int] | None, words: Phrases
) -> Iterator[LetterItem]:
    for file in files:
        said = words.say("letter-file", file=file.name, format=words.say(f"letter-{file.format}"))
        yield LetterItem(add_copy_numbers(said, (file.number,) if file.number else (), words))
    if printed is not None and not college.copies:
        yield LetterItem(words.say("letter-not-printed"))
    elif printed is not None:
        way = "letter-by-post" if college.channels.post else "letter-by-printer"
        sent = words.say(way, copies=words.count("letter-printed", college.copies))
        yield LetterItem(add_copy_numbers(sent, printed, words))


def add_copy_numbers(what: str, numbers: Sequence[int], words: Phrases) -> str:
    """Copies with the numbers that they bear, if they have some: '24 printed copies, copies 3 to 26'."""
    return words.say("letter-numbered", what=what, numbers=format_copy_numbers(numbers, words)) if numbers else what


def format_copy_numbers(numbers: Sequence[int], words: Phrases) -> str:
    """The numbers of copies: 'copies 3 to 26 and 31'."""
    runs = runs_of(numbers)
    each = (str(first) if first == last else words.say("letter-run", first=first, last=last) for first, last in runs)
    return words.count("letter-copies", len(numbers), numbers=enumerated(words, tuple(each)))


def _bound(issue: PreparedEdition, name: str, version: str, title: str, words: Phrases) -> str:
    """A text with its version; that it is a draft or withdrawn, or was corrected since."""
    text = issue.state.texts.get(name, TextState())
    said = words.say("letter-version", title=title, version=version) + (f" ({text.words})" if text.words else "")
    return words.say("letter-corrected", text=said, version=text.corrected_by) if text.corrected_by else said


def describe_code(code: str, numbered: bool, words: Phrases) -> str:
    """The sentences on the code of an edition, or of its copies where each has one of its own, and what it is for."""
    begin = code.partition("-")[0]
    said = words.say("letter-codes", begin=begin) if numbered else words.say("letter-code", code=code)
    return f"{said} {words.say('letter-code-for')}"


def newest_edition_address(issue: PreparedEdition) -> str:
    """The address where the newest edition stands, for an edition that no page tells the state of; or nothing."""
    return "" if issue.status_page else address_under(issue.imprint, issue.pack.id)


def key_page_address(imprint: LibrarySettings) -> str:
    """The page of the site that names the key, or nothing."""
    addresses = (address_of(imprint) for _, address_of in hooked("catalogue_address"))
    address = next(addresses, "") if imprint.fields.of(DeliverySettings).signing else ""
    return f"{address}/check.html" if address else ""


def _to_check(issue: PreparedEdition, words: Phrases) -> Iterator[str]:
    """Lines on how to find out whether the parcel is whole, ours and current."""
    signing = issue.imprint.fields.of(DeliverySettings).signing
    yield words.say("letter-check")
    yield words.say("letter-check-how")
    if signing:
        yield words.say("letter-key", key=signing.key)
        yield words.say("letter-key-keep")
        page = key_page_address(issue.imprint)
        yield words.say("letter-key-first", address=page) if page else words.say("letter-key-first-ask")
    yield from describe_status_page(issue, words)


def describe_status_page(issue: PreparedEdition, words: Phrases) -> Iterator[str]:
    """Lines on where to see whether an edition is current."""
    if issue.status_page:
        yield words.say("letter-current", address=issue.status_page)
    elif newest := newest_edition_address(issue):
        yield words.say("letter-newest", address=newest)
        yield words.say("letter-replaced", edition=issue.edition)


# Letters as messages and pages.


def compose_message(parcel: Parcel, sender: str, moment: datetime) -> bytes:
    """The message, its lines ended by CRLF. Its Message-ID is made of the delivery's id."""
    letter = create_letter_mail(parcel.title, parcel.letter, as_page(parcel.title, parcel.letter, parcel.language))
    letter["From"], letter["To"], letter["Date"] = sender, parcel.to, format_datetime(moment)
    letter["Message-ID"] = make_message_id(parcel.delivery, sender)
    for name, content in parcel.files.items():
        if name != COVER_NOTE and name not in parcel.links:  # the note is the letter
            main, _, sub = media_type(name).partition("/")
            letter.add_attachment(content, main, sub, filename=name)
    return letter.as_bytes()


def create_letter_mail(title: str, text: str, page: str) -> EmailMessage:
    """A message with a letter as text and, as an alternative, as a page; it has no sender yet."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = title
    letter.set_content(text, cte="quoted-printable")
    letter.add_alternative(page, subtype="html", cte="quoted-printable")
    return letter


def make_message_id(delivery: str, sender: str) -> str:
    """The Message-ID of a delivery."""
    return f"<{delivery}@{sender.rpartition('@')[2]}>"


def escape_leading_dots(content: bytes) -> bytes:
    """A message as it is sent: a dot that begins a line is doubled (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content)


def as_page(title: str, letter: str, language: str, style: str = "", publisher: str = "") -> str:
    """A letter in HTML: its title, its paragraphs, and its lists; a long address makes it no wider.

    A notice has a `style`, and the publisher at its head; the mail with a parcel has neither.
    """
    page = Markup(
        '<!DOCTYPE html>\n<html lang="{0}">\n<head><meta charset="utf-8"><title>{1}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">{3}</head>\n'
        '<body style="overflow-wrap: anywhere">\n<main>\n{4}<h1 style="font-size: {5}em">{1}</h1>\n{2}\n</main>\n'
        "</body>\n</html>\n"
    )
    sheet = Markup("\n<style>\n{}</style>").format(Markup(style)) if style else ""
    head = Markup('<p class="publisher">{}</p>\n').format(publisher) if publisher else ""
    return str(page.format(language, title, Markup("\n").join(_blocks(letter)), sheet, head, 1.5 if style else 1.2))


def _blocks(letter: str) -> Iterator[Markup]:
    for block in letter.strip().split("\n\n"):
        told, listed = list[str](), list[list[str]]()
        for line in block.split("\n"):
            if line.startswith("- "):
                listed.append([line[2:]])
            elif listed:
                listed[-1].append(line.strip())
            else:
                told.append(line)
        if told:
            yield Markup("<p>{}</p>").format(_broken(told))
        if listed:
            yield Markup("<ul>\n{}\n</ul>").format(
                Markup("\n").join(Markup("<li>{}</li>").format(_broken(one)) for one in listed)
            )


def _broken(lines: Iterable[str]) -> Markup:
    return Markup("<br>\n").join(map(_linked, lines))


def _linked(line: str) -> Markup:
    """A line whose last word is a link, if it is an address."""
    before, space, last = line.rpartition(" ")
    link = (
        Markup('<a href="{0}">{0}</a>').format(last)
        if last.startswith(("https://", "http://"))
        else Markup.escape(last)
    )
    return Markup("{}{}{}").format(before, space, link)


# Printed copies: the labels for those that you post, and old ones in letters.

LABELS = "labels.csv"
"""Name of the table with a row for each parcel that is posted, from which an office prints labels."""


def compute_answer_day(postage: Postage, day: date | None) -> date | None:
    """The day by which a college is asked to answer, if the library sets one."""
    return day + timedelta(postage.answer_days) if day and postage.answer_days else None


def warn_of_equal_numbers(old: Iterable[Holding], one: PlannedDelivery, words: Phrases) -> str:
    """The sentence that tells old copies from new ones, where they bear the same numbers; else nothing."""
    numbers = {number for file in one.files for number in file.copies}
    same = dict.fromkeys(copy.edition for copy in old if copy.copy in numbers)
    return words.say("letter-only-old", old=enumerated(words, tuple(same)), new=one.edition) if same else ""


def list_older_printed(
    college: str, pack: str, editions: Sequence[str], held: Iterable[Holding]
) -> tuple[Holding, ...]:
    """The printed copies of a pack that a college holds, but for those of an edition that goes to it and newer ones."""
    return tuple(
        one
        for one in held
        if (one.college, one.pack, one.state) == (college, pack, "held")
        and is_on_paper(one.format)
        and one.format != LEAVES
        and one.edition not in editions
    )


def count_copies_by_edition(old: Sequence[Holding], words: Phrases) -> Iterable[tuple[str, str]]:
    """The copies of each edition in words, with their numbers, if they have some."""
    for edition in dict.fromkeys(holding.edition for holding in old):
        own = [holding for holding in old if holding.edition == edition]
        numbers = [holding.copy for holding in own if holding.copy]
        many = words.count("letter-many", sum(one.quantity for one in own))
        yield edition, format_copy_numbers(numbers, words) if numbers else many


def split_address(one: PlannedDelivery) -> tuple[str, ...]:
    """The address of a delivery, part by part."""
    return tuple(part.strip() for part in one.to.split(","))


def format_labels(posted: Sequence[PlannedDelivery], colleges: Mapping[str, College]) -> bytes:
    """The table: the delivery, the college, its address line by line, and what the parcel holds."""
    lines = {one.id: split_address(one) for one in posted}
    most = max(map(len, lines.values()))
    heads = ("delivery", "college", "name", *(f"address {n}" for n in range(1, most + 1)), "edition", "copies")
    rows = [
        (one.id, one.college, colleges[one.college].name, *address, *("",) * (most - len(address)), one.edition, copies)
        for one in posted
        for address, copies in ((lines[one.id], describe_delivered_copies(one)),)
    ]
    return as_csv(heads, rows).encode()


def describe_delivered_copies(one: PlannedDelivery) -> str:
    """The number of copies in a delivery, and the numbers that they bear, if they have some."""
    numbers = [number for file in one.files for number in file.copies]
    printed = sum(file.quantity for file in one.files)
    said = count(printed, "copy", "copies")
    return f"{said}, {numbers_in_words(numbers)}" if numbers else said


def compose_closing(
    library: Library,
    issue: PreparedEdition,
    one: PlannedDelivery,
    held: Iterable[Holding],
    words: Phrases,
    answer_by: date | None = None,
) -> tuple[LetterPart, ...]:
    """The parts at the end of the letter with a delivery; `held` are all holdings."""
    own = [copy for copy in held if (copy.college, copy.pack, copy.state) == (one.college, one.pack, "held")]
    paper = [copy for copy in own if is_on_paper(copy.format)]
    kept = (one.edition, *one.newer)
    old_files = [copy for copy in own if copy not in paper and copy.edition not in kept and not one.on_paper]
    old_paper = [copy for copy in paper if copy.edition not in kept]
    old = [*old_files, *old_paper]
    parts = [LetterPart((words.say("letter-superseded-edition", new=one.newer[-1]),))] if one.newer else []
    listed = (("letter-old-files", old_files), ("letter-old-printed", old_paper))
    items = (
        LetterItem(words.say(phrase, edition=edition, copies=copies))
        for phrase, kind in listed
        for edition, copies in count_copies_by_edition(kind, words)
    )
    parts.append(LetterPart(tuple(_asked(one, old_files, old_paper, words)), tuple(items)))
    if old_files and not paper:
        parts.append(LetterPart((words.say("letter-no-printed"),)))
    if one.channel != "mail" and not one.on_paper:
        parts.append(LetterPart((words.say("letter-receipt"),)))
    contact = library.imprint.fields.contact or words.say("recall-sender")
    asked = (words.say("letter-answer", contact=contact),)
    by = (words.say("post-answer-by", date=words.day(answer_by)),) if answer_by else ()
    name = colleges_of(library.others)[one.college].name
    answers = [
        words.say("post-delivery", id=one.id),
        words.say("post-slip-of", college=name, title=issue.title, edition=issue.edition),
        words.say("letter-answer-got"),
        words.say("letter-answer-not"),
        *(words.say("letter-answer-old", edition=edition) for edition in dict.fromkeys(copy.edition for copy in old)),
        words.say("letter-answer-sign"),
    ]
    parts.append(LetterPart((*asked, *by), tuple(map(LetterItem, answers))))
    return tuple(part for part in parts if part.lines)


def compose_posted_letter(
    library: Library,
    issue: PreparedEdition,
    one: PlannedDelivery,
    held: Sequence[Holding],
    words: Phrases,
    answer_by: date | None = None,
) -> tuple[LetterPart, ...]:
    """The letter with printed copies that are posted; `held` are all holdings."""
    fields, college = library.imprint.fields, colleges_of(library.others)[one.college]
    old = list_older_printed(one.college, one.pack, (one.edition, *one.newer), held)
    newest = max(old, key=lambda holding: holding.since, default=None)
    numbers = [number for file in one.files for number in file.copies]
    enclosed = words.count("letter-printed", sum(file.quantity for file in one.files))
    receive = LetterPart((words.say("letter-receive"),), (LetterItem(add_copy_numbers(enclosed, numbers, words)),))
    about = [words.say("letter-produced", date=words.day(issue.produced))]
    about += [describe_code(issue.code, bool(numbers), words)] if issue.code else []
    about += describe_status_page(issue, words)
    settings = fields.of(DeliverySettings)
    by_post = "post-send-by-post" if old else "post-send-slip-by-post"
    return (
        LetterPart((issue.title, issue.edition)),
        LetterPart((college.name, *split_address(one))),
        receive,
        LetterPart(tuple(about)),
        compose_changes_since(library, issue, newest.edition, newest.briefings, words) if newest else EMPTY_PART,
        compose_needs(college, words),
        LetterPart((words.say("letter-key", key=settings.signing.key),) if settings.signing else ()),
        LetterPart((words.say("letter-yours"),) if numbers else ()),
        LetterPart((fields.accessible_formats,) if fields.accessible_formats else ()),
        *compose_closing(library, issue, one, held, words, answer_by),
        LetterPart((words.say(by_post, address=settings.return_to),) if settings.return_to else ()),
    )


def compose_link_list(links: Mapping[str, str], words: Phrases) -> tuple[LetterPart, ...]:
    """The part before a letter whose files are to be fetched: a link to each."""
    items = tuple(LetterItem(words.say("letter-link", file=file, address=link)) for file, link in links.items())
    return (LetterPart((words.say("letter-links"),), items),)


def _asked(one: PlannedDelivery, files: Sequence[Holding], paper: Sequence[Holding], words: Phrases) -> Iterator[str]:
    """The sentences on what is to be done with the old copies, if there are some."""
    if not files and not paper:
        return
    asks = {(True, False): "letter-delete", (True, True): "letter-delete-destroy", (False, True): "letter-destroy"}
    yield words.say(asks[bool(files), bool(paper)])
    if said := warn_of_equal_numbers([*files, *paper], one, words):
        yield said
    yield words.say("letter-old")
