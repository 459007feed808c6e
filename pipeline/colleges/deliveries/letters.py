"""Messages by which parcels go as mail: a letter in text and HTML, with the files attached. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup

from pipeline.colleges.deliveries.transport import Parcel
from pipeline.editions.letters import COVER_NOTE
from pipeline.editions.sealing.manifest import media_type


def message(parcel: Parcel, sender: str, moment: datetime) -> bytes:
    """The message, its lines ended by CRLF. Its Message-ID is made of the delivery's id."""
    letter = in_two_forms(parcel.title, parcel.letter, as_page(parcel.title, parcel.letter, parcel.language))
    letter["From"], letter["To"], letter["Date"] = sender, parcel.to, format_datetime(moment)
    letter["Message-ID"] = message_id(parcel.delivery, sender)
    for name, content in parcel.files.items():
        if name != COVER_NOTE and name not in parcel.links:  # the note is the letter
            main, _, sub = media_type(name).partition("/")
            letter.add_attachment(content, main, sub, filename=name)
    return letter.as_bytes()


def in_two_forms(title: str, text: str, page: str) -> EmailMessage:
    """A message with a letter as text and, as an alternative, as a page; it has no sender yet."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = title
    letter.set_content(text, cte="quoted-printable")
    letter.add_alternative(page, subtype="html", cte="quoted-printable")
    return letter


def message_id(delivery: str, sender: str) -> str:
    """The Message-ID of a delivery."""
    return f"<{delivery}@{sender.rpartition('@')[2]}>"


def dotted(content: bytes) -> bytes:
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
