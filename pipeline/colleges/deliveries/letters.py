"""Messages by which parcels go as mail: a letter in text and HTML, with the files attached. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup

from pipeline.colleges.deliveries.ways import Parcel
from pipeline.editions.copies import COVER_NOTE
from pipeline.editions.sealing.manifest import media_type


def message(parcel: Parcel, sender: str, moment: datetime) -> bytes:
    """The message, its lines ended by CRLF. Its Message-ID is made of the delivery's id."""
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = sender, parcel.to, parcel.title
    letter["Date"] = format_datetime(moment)
    letter["Message-ID"] = message_id(parcel.delivery, sender)
    letter.set_content(parcel.letter, cte="quoted-printable")
    letter.add_alternative(_as_html(parcel), subtype="html", cte="quoted-printable")
    for name, content in parcel.files.items():
        if name != COVER_NOTE:  # which is the letter
            main, _, sub = media_type(name).partition("/")
            letter.add_attachment(content, main, sub, filename=name)
    return letter.as_bytes()


def message_id(delivery: str, sender: str) -> str:
    """The Message-ID of a delivery."""
    return f"<{delivery}@{sender.rpartition('@')[2]}>"


def dotted(content: bytes) -> bytes:
    """A message as it is sent: a dot that begins a line is doubled (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content)


def _as_html(parcel: Parcel) -> str:
    """The letter in HTML: its paragraphs, and its lists."""
    page = Markup(
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{}</title></head>\n<body>\n{}\n'
        "</body>\n</html>\n"
    )
    return str(page.format(parcel.title, Markup("\n").join(_blocks(parcel.letter))))


def _blocks(letter: str) -> Iterator[Markup]:
    for block in letter.strip().split("\n\n"):
        lines = block.split("\n")
        listed = [line[2:] for line in lines if line.startswith("- ")]
        told = [line for line in lines if not line.startswith("- ")]
        if told:
            yield Markup("<p>{}</p>").format(Markup("<br>\n").join(told))
        if listed:
            yield Markup("<ul>\n{}\n</ul>").format(
                Markup("\n").join(Markup("<li>{}</li>").format(one) for one in listed)
            )
