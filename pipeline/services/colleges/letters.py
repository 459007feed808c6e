"""Letters to colleges in their languages: the cover note of a parcel, and the letter with printed copies."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from markupsafe import Markup

from pipeline.build.project import Project
from pipeline.compose.language.words import enumerated
from pipeline.core.sentences import count_noun, describe_numbers, format_csv, number_runs
from pipeline.core.services import Hook
from pipeline.load.register import CopyEntry
from pipeline.load.words import phrase_table
from pipeline.model.library import Library
from pipeline.model.source.briefing import BriefingFields, Status
from pipeline.model.source.college import College, DeliverySettings, colleges_of
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.posting import Postage
from pipeline.model.source.versions import numbers as version_numbers
from pipeline.model.source.versions import version_ref
from pipeline.model.words import Phrases
from pipeline.resolve.environment import address_in_library
from pipeline.resolve.packs import amendments_between
from pipeline.resolve.status import withdrawal_reason
from pipeline.services.colleges.delivery_plan import PlannedDelivery
from pipeline.services.colleges.holdings import HELD, LEAVES, Holding, is_on_paper
from pipeline.services.colleges.recipients import PreparedEdition
from pipeline.services.editions.edition import FinishedFile, TextState

COVER_NOTE = "cover-note.txt"


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A paragraph of a letter, line by line, and the list below it."""

    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    """Items of the list; further lines of an item explain it."""

    def text(self) -> Iterator[str]:
        """Yield its lines in plain text."""
        yield from self.lines
        for item in self.items:
            yield from f"- {item}".replace("\n", "\n  ").split("\n")


EMPTY_PART = LetterPart()


def paragraph(*lines: str) -> LetterPart:
    """Return the part of a letter with some lines, without empty ones."""
    return LetterPart(tuple(filter(None, lines)))


def find_letter_words(project: Project, library: Library, names: Iterable[str]) -> dict[str, Phrases]:
    """Return the words for each college: in its language, else in the library's."""
    book, default = phrase_table(project.layouts), library.imprint.fields.language
    colleges = {name: colleges_of(library.others).get(name) for name in names}
    return {name: book.of((college and college.language) or default) for name, college in colleges.items()}


def format_as_text(parts: Sequence[LetterPart]) -> str:
    """Format a letter as plain text, with an empty line between parts."""
    return "\n\n".join("\n".join(part.text()) for part in parts if part != EMPTY_PART) + "\n"


# The cover note of a parcel.


@dataclass(frozen=True, slots=True)
class ParcelContents:
    """The contents of a parcel for a college."""

    name: str
    """The id of the college."""
    college: College
    files: Sequence[FinishedFile]
    words: Phrases
    """The words of its language."""
    printed: Sequence[int] | None = None
    """The numbers of its printed copies, which go another way; None if it gets no printed copies."""
    changes: LetterPart = EMPTY_PART
    """The changes since the college's last edition."""


def compose_cover_note(prepared: PreparedEdition, contents: ParcelContents) -> tuple[LetterPart, ...]:
    """Compose the note in a college's folder, which is also its mail."""
    imprint, statuses, words = prepared.imprint.fields, prepared.state.statuses, contents.words
    status = words.say("letter-pages-say", statuses=" · ".join(statuses)) if statuses else ""
    recipient = words.say("letter-for", college=contents.college.name)
    produced = words.say("letter-produced", date=words.day(prepared.produced))
    texts = tuple(_describe_text(prepared, *version, words) for version in prepared.versions)
    numbered = bool(contents.printed) or any(file.number for file in contents.files)
    record = words.say("letter-record", record=prepared.record[:8])
    return (
        paragraph(prepared.title, prepared.edition, status),
        paragraph(recipient, produced),
        LetterPart((words.say("letter-receive"),), tuple(_list_received(contents))),
        LetterPart((words.say("letter-holds"),), texts),
        contents.changes,
        compose_needs(contents.college, words),
        paragraph(words.say("letter-in-place") if contents.changes != EMPTY_PART else ""),
        paragraph(describe_code(prepared.code, numbered, words), record, words.say("letter-keep")),
        paragraph(*_explain_checks(prepared, words)),
        paragraph(words.say("letter-yours") if numbered else ""),
        paragraph(imprint.accessible_formats or ""),
        paragraph(words.say("letter-questions", contact=imprint.contact) if imprint.contact else ""),
    )


def compose_needs(college: College, words: Phrases) -> LetterPart:
    """Compose the list of a college's access needs, if it has any."""
    needs = college.access_needs
    return LetterPart((words.say("letter-needs"),), needs) if needs else EMPTY_PART


def _list_received(contents: ParcelContents) -> Iterator[str]:
    college, words = contents.college, contents.words
    for file in contents.files:
        name = words.say("letter-file", file=file.name, format=words.say(f"letter-{file.format}"))
        yield add_copy_numbers(name, (file.number,) if file.number else (), words)
    if contents.printed is not None and not college.copies:
        yield words.say("letter-not-printed")
    elif contents.printed is not None:
        channel = "letter-by-post" if college.channels.post else "letter-by-printer"
        copies = words.say(channel, copies=words.count("letter-printed", college.copies))
        yield add_copy_numbers(copies, contents.printed, words)


def add_copy_numbers(copies: str, numbers: Sequence[int], words: Phrases) -> str:
    """Add the numbers of copies, if they have any: '24 printed copies, copies 3 to 26'."""
    return words.say("letter-numbered", what=copies, numbers=format_copy_numbers(numbers, words)) if numbers else copies


def format_copy_numbers(numbers: Sequence[int], words: Phrases) -> str:
    """Format the numbers of copies: 'copies 3 to 26 and 31'."""
    runs = tuple(
        str(first) if first == last else words.say("letter-run", first=first, last=last)
        for first, last in number_runs(numbers)
    )
    return words.count("letter-copies", len(numbers), numbers=enumerated(words, runs))


def _describe_text(prepared: PreparedEdition, name: str, version: str, title: str, words: Phrases) -> str:
    """Describe a text with its version, its status, and a later correction."""
    state = prepared.state.texts.get(name, TextState())
    text = words.say("letter-version", title=title, version=version) + (f" ({state.words})" if state.words else "")
    return words.say("letter-corrected", text=text, version=state.corrected_by) if state.corrected_by else text


def describe_code(code: str, numbered: bool, words: Phrases) -> str:
    """Explain the printed code of an edition, or the codes of its numbered copies."""
    start = code.partition("-")[0]
    sentence = words.say("letter-codes", begin=start) if numbered else words.say("letter-code", code=code)
    return f"{sentence} {words.say('letter-code-for')}"


def newest_edition_address(prepared: PreparedEdition) -> str:
    """Return the address of the newest edition, for an edition without a status page."""
    return "" if prepared.status_page else address_in_library(prepared.imprint, prepared.pack.id)


CATALOGUE_ADDRESS: Hook[Callable[[LibrarySettings], str]] = Hook("catalogue_address")


def key_page_address(imprint: LibrarySettings) -> str:
    """Return the address of the site's page that shows the key, or nothing."""
    addresses = (address_of(imprint) for address_of in CATALOGUE_ADDRESS)
    address = next(addresses, "") if imprint.fields.of(DeliverySettings).signing else ""
    return f"{address}/check.html" if address else ""


def _explain_checks(prepared: PreparedEdition, words: Phrases) -> Iterator[str]:
    """Yield lines on how to check that the parcel is complete, genuine and current."""
    signing = prepared.imprint.fields.of(DeliverySettings).signing
    yield words.say("letter-check")
    yield words.say("letter-check-how")
    if signing:
        yield words.say("letter-key", key=signing.key)
        yield words.say("letter-key-keep")
        page = key_page_address(prepared.imprint)
        yield words.say("letter-key-first", address=page) if page else words.say("letter-key-first-ask")
    yield from describe_status_page(prepared, words)


def describe_status_page(prepared: PreparedEdition, words: Phrases) -> Iterator[str]:
    """Yield lines on where to see whether an edition is current."""
    if prepared.status_page:
        yield words.say("letter-current", address=prepared.status_page)
    elif newest := newest_edition_address(prepared):
        yield words.say("letter-newest", address=newest)
        yield words.say("letter-replaced", edition=prepared.edition)


# What has changed since the edition that a college had.


def compose_changes_for(
    library: Library, prepared: PreparedEdition, entries: Sequence[CopyEntry], college: str, words: Phrases
) -> LetterPart:
    """Compose the changes for a college; nothing if it got no earlier edition of the pack."""
    before = _find_edition_before(prepared, entries, college)
    if before is None:
        return EMPTY_PART
    return compose_changes_since(library, prepared, before.edition, before.versions.split(), words)


def compose_changes_since(
    library: Library, prepared: PreparedEdition, edition: str, pins: Sequence[str], words: Phrases
) -> LetterPart:
    """Compose the changes since an edition, which had the briefings and versions in `pins`."""
    before = {name: version for name, _, version in (pin.partition("@") for pin in pins)}
    items = [
        item for version in prepared.versions for item in _describe_change(library, prepared, before, version, words)
    ]
    for name in sorted(set(before) - {name for name, _, _ in prepared.versions}):
        title = library.briefings[name].fields.title if name in library.briefings else name
        items.append(_say_state(title, _explain_removal(library, name, words), words))
    return LetterPart((words.say("letter-changed" if items else "letter-same", edition=edition),), tuple(items))


def _find_edition_before(prepared: PreparedEdition, entries: Sequence[CopyEntry], college: str) -> CopyEntry | None:
    """Return the first entry of the college's edition before this one.

    More copies of an older edition do not make it newer.
    """
    first: dict[str, CopyEntry] = {}
    for entry in entries:
        if (entry.college, entry.pack) == (college, prepared.pack.id):
            first.setdefault(entry.edition, entry)
    editions = list(first)
    earlier = editions[: editions.index(prepared.edition)] if prepared.edition in first else editions
    return first[earlier[-1]] if earlier else None


def _describe_change(
    library: Library,
    prepared: PreparedEdition,
    before: Mapping[str, str],
    version: tuple[str, str, str],
    words: Phrases,
) -> Iterator[str]:
    """Yield an item for a briefing of the pack that has changed or is no longer in force."""
    name, now, title = version
    retired = _describe_retirement(library, name, words)

    def add_retirement(change: str) -> str:
        return words.say("letter-and", what=change, state=retired) if retired else change

    if name not in before:
        yield add_retirement(words.say("letter-new", title=title))
    elif before[name] == now:
        yield from (_say_state(title, retired, words),) if retired else ()
    else:
        older = version_numbers(now) < version_numbers(before[name])
        change = words.say("letter-became-older" if older else "letter-became", title=title, was=before[name], now=now)
        entries = amendments_between(_fields_of(library, prepared, name, now), before[name], now)
        more = (
            words.say("letter-entry", version=entry.version, date=words.day(entry.date), summary=entry.summary)
            for entry in entries
        )
        yield "\n".join((add_retirement(change), *more))


def _fields_of(library: Library, prepared: PreparedEdition, name: str, version: str) -> BriefingFields:
    """Return the front matter of a briefing as it is in the pack."""
    pin = version_ref(name, version)
    if pin in prepared.pack.lines and pin in library.kept:
        return library.kept[pin].briefing.fields
    return library.briefings[name].fields


def _explain_removal(library: Library, name: str, words: Phrases) -> str:
    """Say that a briefing is no longer in the pack, and why, if it is no longer in force."""
    retired = _describe_retirement(library, name, words)
    if retired and library.briefings[name].fields.status is Status.WITHDRAWN:
        return retired
    return words.say("letter-gone-too", state=retired) if retired else words.say("letter-gone")


def _describe_retirement(library: Library, name: str, words: Phrases) -> str:
    """Say why a text is no longer in force: 'withdrawn: The study was retracted.'; nothing for other texts."""
    briefing = library.briefings.get(name)
    if briefing is None or not briefing.fields.status.is_retired:
        return ""
    if briefing.fields.status is Status.WITHDRAWN:
        reason = withdrawal_reason(briefing)
        return words.say("letter-withdrawn-why", reason=reason) if reason else words.say("letter-withdrawn")
    newer = library.briefings.get(briefing.fields.superseded_by or "")
    return words.say("letter-superseded-by", title=newer.fields.title) if newer else words.say("letter-superseded")


def _say_state(title: str, state: str, words: Phrases) -> str:
    return words.say("letter-state", title=title, state=state)


# Letters as mails and web pages.


def create_letter_mail(title: str, text: str, page: str) -> EmailMessage:
    """Create a mail with a letter as text and as a page; the sender is still missing."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = title
    letter.set_content(text, cte="quoted-printable")
    letter.add_alternative(page, subtype="html", cte="quoted-printable")
    return letter


def format_letter_as_html(title: str, letter: str, language: str, style: str = "", publisher: str = "") -> str:
    """Format the text of a letter as HTML; a long address does not make it wider.

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
    blocks = Markup("\n").join(_format_blocks(letter))
    return str(page.format(language, title, blocks, sheet, head, 1.5 if style else 1.2))


def _format_blocks(letter: str) -> Iterator[Markup]:
    """Yield the paragraphs and lists of a letter's text."""
    for block in letter.strip().split("\n\n"):
        lines, items = list[str](), list[list[str]]()
        for line in block.split("\n"):
            if line.startswith("- "):
                items.append([line[2:]])
            elif items:
                items[-1].append(line.strip())
            else:
                lines.append(line)
        if lines:
            yield Markup("<p>{}</p>").format(_format_lines(lines))
        if items:
            rows = (Markup("<li>{}</li>").format(_format_lines(item)) for item in items)
            yield Markup("<ul>\n{}\n</ul>").format(Markup("\n").join(rows))


def _format_lines(lines: Iterable[str]) -> Markup:
    return Markup("<br>\n").join(map(_link_address, lines))


def _link_address(line: str) -> Markup:
    """Make the last word of a line a link, if it is an address."""
    before, space, last = line.rpartition(" ")
    link = (
        Markup('<a href="{0}">{0}</a>').format(last)
        if last.startswith(("https://", "http://"))
        else Markup.escape(last)
    )
    return Markup("{}{}{}").format(before, space, link)


# The letter with a delivery: what to do with old copies, how to answer; the labels of printed copies.

LABELS = "labels.csv"
"""The table with a row for each parcel that is posted, from which an office prints labels."""


@dataclass(frozen=True, slots=True)
class DeliveryLetter:
    """The facts for a letter with a delivery."""

    library: Library
    prepared: PreparedEdition
    delivery: PlannedDelivery
    holdings: Sequence[Holding]
    """All holdings of all colleges."""
    words: Phrases
    answer_by: date | None = None

    @property
    def college(self) -> College:
        """The college that it is for."""
        return colleges_of(self.library.others)[self.delivery.college]

    @property
    def held_copies(self) -> list[Holding]:
        """All copies of the pack that the college holds."""
        owner = (self.delivery.college, self.delivery.pack, HELD)
        return [copy for copy in self.holdings if (copy.college, copy.pack, copy.state) == owner]

    @property
    def old_copies(self) -> list[Holding]:
        """Copies of older editions that the college holds."""
        present = (self.delivery.edition, *self.delivery.newer)
        return [copy for copy in self.held_copies if copy.edition not in present]


def compute_answer_day(postage: Postage | None, day: date) -> date | None:
    """Return the day by which a college must answer, if the library sets one."""
    return day + timedelta(postage.answer_days) if postage and postage.answer_days else None


def compose_closing(letter: DeliveryLetter) -> tuple[LetterPart, ...]:
    """Compose the parts at the end of the letter: old copies, and the lines for the answer."""
    delivery, words = letter.delivery, letter.words
    old_files = [copy for copy in letter.old_copies if not is_on_paper(copy.format) and not delivery.on_paper]
    old_printed = [copy for copy in letter.old_copies if is_on_paper(copy.format)]
    parts = [paragraph(words.say("letter-superseded-edition", new=delivery.newer[-1]))] if delivery.newer else []
    items = (
        words.say(phrase, edition=edition, copies=copies)
        for phrase, holdings in (("letter-old-files", old_files), ("letter-old-printed", old_printed))
        for edition, copies in count_copies_by_edition(holdings, words)
    )
    parts.append(LetterPart(tuple(_ask_for_old_copies(delivery, old_files, old_printed, words)), tuple(items)))
    if old_files and not any(is_on_paper(copy.format) for copy in letter.held_copies):
        parts.append(paragraph(words.say("letter-no-printed")))
    if delivery.channel != "mail" and not delivery.on_paper:
        parts.append(paragraph(words.say("letter-receipt")))
    contact = letter.library.imprint.fields.contact or words.say("recall-sender")
    by = (words.say("post-answer-by", date=words.day(letter.answer_by)),) if letter.answer_by else ()
    editions = dict.fromkeys(copy.edition for copy in (*old_files, *old_printed))
    answers = [
        words.say("post-delivery", id=delivery.id),
        words.say(
            "post-slip-of", college=letter.college.name, title=letter.prepared.title, edition=letter.prepared.edition
        ),
        words.say("letter-answer-got"),
        words.say("letter-answer-not"),
        *(words.say("letter-answer-old", edition=edition) for edition in editions),
        words.say("letter-answer-sign"),
    ]
    parts.append(LetterPart((words.say("letter-answer", contact=contact), *by), tuple(answers)))
    return tuple(part for part in parts if part.lines)


def _ask_for_old_copies(
    delivery: PlannedDelivery, files: Sequence[Holding], printed: Sequence[Holding], words: Phrases
) -> Iterator[str]:
    """Yield the instructions for old copies, if there are any."""
    if not files and not printed:
        return
    phrases = {(True, False): "letter-delete", (True, True): "letter-delete-destroy", (False, True): "letter-destroy"}
    yield words.say(phrases[bool(files), bool(printed)])
    numbers = {number for file in delivery.files for number in file.copies}
    if editions := tuple(dict.fromkeys(copy.edition for copy in (*files, *printed) if copy.copy in numbers)):
        yield words.say("letter-only-old", old=enumerated(words, editions), new=delivery.edition)
    yield words.say("letter-old")


def count_copies_by_edition(holdings: Sequence[Holding], words: Phrases) -> Iterator[tuple[str, str]]:
    """Yield each edition with its copies in words: their numbers, or how many."""
    for edition in dict.fromkeys(holding.edition for holding in holdings):
        copies = [holding for holding in holdings if holding.edition == edition]
        numbers = [holding.copy for holding in copies if holding.copy]
        quantity = words.count("letter-many", sum(holding.quantity for holding in copies))
        yield edition, format_copy_numbers(numbers, words) if numbers else quantity


def compose_posted_letter(letter: DeliveryLetter) -> tuple[LetterPart, ...]:
    """Compose the letter with printed copies that are posted."""
    library, prepared, delivery, words = letter.library, letter.prepared, letter.delivery, letter.words
    fields, college = library.imprint.fields, letter.college
    old = [copy for copy in letter.old_copies if is_on_paper(copy.format) and copy.format != LEAVES]
    newest = max(old, key=lambda holding: holding.since, default=None)
    numbers = [number for file in delivery.files for number in file.copies]
    enclosed = words.count("letter-printed", sum(file.quantity for file in delivery.files))
    about = [words.say("letter-produced", date=words.day(prepared.produced))]
    about += [describe_code(prepared.code, bool(numbers), words)] if prepared.code else []
    about += describe_status_page(prepared, words)
    changes = (
        compose_changes_since(library, prepared, newest.edition, newest.briefings, words) if newest else EMPTY_PART
    )
    settings = fields.of(DeliverySettings)
    by_post = "post-send-by-post" if old else "post-send-slip-by-post"
    return (
        paragraph(prepared.title, prepared.edition),
        paragraph(college.name, *split_address(delivery)),
        LetterPart((words.say("letter-receive"),), (add_copy_numbers(enclosed, numbers, words),)),
        paragraph(*about),
        changes,
        compose_needs(college, words),
        paragraph(words.say("letter-key", key=settings.signing.key) if settings.signing else ""),
        paragraph(words.say("letter-yours") if numbers else ""),
        paragraph(fields.accessible_formats or ""),
        *compose_closing(letter),
        paragraph(words.say(by_post, address=settings.return_to) if settings.return_to else ""),
    )


def compose_link_list(links: Mapping[str, str], words: Phrases) -> tuple[LetterPart, ...]:
    """Compose the list of links before a letter whose files are to be downloaded."""
    items = tuple(words.say("letter-link", file=file, address=link) for file, link in links.items())
    return (LetterPart((words.say("letter-links"),), items),)


def split_address(delivery: PlannedDelivery) -> tuple[str, ...]:
    """Return the lines of a delivery's postal address."""
    return tuple(part.strip() for part in delivery.to.split(","))


def format_labels(posted: Sequence[PlannedDelivery], colleges: Mapping[str, College]) -> bytes:
    """Format the table of labels: the delivery, the college, its address line by line, and its copies."""
    addresses = {delivery.id: split_address(delivery) for delivery in posted}
    most = max(map(len, addresses.values()))
    heads = ("delivery", "college", "name", *(f"address {n}" for n in range(1, most + 1)), "edition", "copies")
    rows = []
    for delivery in posted:
        address = addresses[delivery.id]
        lines = (*address, *("",) * (most - len(address)))
        name, copies = colleges[delivery.college].name, describe_delivered_copies(delivery)
        rows.append((delivery.id, delivery.college, name, *lines, delivery.edition, copies))
    return format_csv(heads, rows).encode()


def describe_delivered_copies(delivery: PlannedDelivery) -> str:
    """Describe the number of copies in a delivery, with their numbers."""
    numbers = [number for file in delivery.files for number in file.copies]
    quantity = count_noun(sum(file.quantity for file in delivery.files), "copy", "copies")
    return f"{quantity}, {describe_numbers(numbers)}" if numbers else quantity
