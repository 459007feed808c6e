"""The instructions of a page's content that place and show letters (ISO 32000-1, Annex A).

Content that is written plainly, as presses write it, is read here in one pass: numbers, names, letters in hexadecimal,
flat lists. Wherever anything else stands, such as a picture within the content, qpdf reads the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pikepdf import Array, Matrix, Object, PdfError, Stream, String, parse_content_stream

Instruction = tuple[str, Any]
"""An operator and what it works on: nothing, numbers, a name with its slash, the codes of letters, a mark."""

_READ = "BDC BMC EMC Do Tf Tj TJ ' \" q Q cm BT ET Td TD Tm T* TL"

_GAP = r"[\t\n\f\r ]"
_NUMBER = r"-?+(?:\d{1,12}+(?:\.\d{0,20}+)?+|\.\d{1,20}+)(?![-+.\d])"
_NUMBERS = rf"(?:{_NUMBER}{_GAP}++)"
_NAME = r"/[A-Za-z0-9_.+-]++"
_WHOLE = r"-?+\d{1,9}+(?![-+.\d])"
_LIST = rf"<<(?:{_GAP}*+{_NAME}{_GAP}*+(?:{_NAME}|{_WHOLE}))*+{_GAP}*+>>"
_SHOWN = r"(?:<(?:[0-9A-Fa-f]{2})*+>|\([^()\\\r]*+\))"
_END = rf"(?:{_GAP}++|\Z)"
_GIVEN = rf"(?:(?:{_NUMBER}|{_NAME}){_GAP}++|\[(?:{_NUMBER}|{_GAP})*+\]{_GAP}*+)"
_PAINT = rf"{_GIVEN}*+(?:re|[mlcvyhWnfFBbSs]\*?|[wJjMdigGkK]|gs|rg|RG|cs|CS|scn?|SCN?|ri|T[cwzrs]|sh|ET){_END}"
_WITHIN = rf"(?:{_PAINT}|q{_GAP}++(?>(?:{_PAINT}|q{_GAP}++(?>(?:{_PAINT})*)Q{_END})*)Q{_END})"
_PAINTED = rf"(?>(?:{_WITHIN}|{_NAME}{_GAP}++BMC{_GAP}++(?>{_WITHIN}*)EMC{_END})*)"
"""What shows no letters and leaves everything where it was.

Groups around groups are atomic: Python before 3.11.5 takes possessive ones to match less than they do (gh-106052).
"""

_ROW = rf"\[(?:{_SHOWN}|{_NUMBER}|{_GAP})*+\]{_GAP}*+TJ"
_PLAIN = re.compile(
    rf"""{_GAP}*+{_PAINTED}(?:
        BT{_GAP}++(?P<place>{_NUMBERS}{{6}})Tm{_GAP}++(?P<face>{_NAME}){_GAP}++{_NUMBERS}Tf{_GAP}++(?P<line>{_ROW})
        |(?P<bare>q|Q|BT|EMC|T\*)
        |(?P<matrix>{_NUMBERS}{{6}})(?P<setting>cm|Tm)
        |(?P<step>{_NUMBERS}{{2}})(?P<moving>T[dD])
        |(?P<leading>{_NUMBERS})TL
        |(?P<font>{_NAME}){_GAP}++{_NUMBERS}Tf
        |(?P<drawing>{_NAME}){_GAP}++Do
        |(?P<kind>{_NAME})(?:{_GAP}*+(?P<about>{_NAME}{_GAP}++|{_LIST}{_GAP}*+)BDC|{_GAP}++BMC)
        |(?P<letters>{_SHOWN}){_GAP}*+Tj
        |(?P<row>{_ROW})
        |(?P<end>\Z)
    ){_END}""".encode(),
    re.VERBOSE,
)
_HEX = re.compile(rb"<([^>]*+)>")
_CODES = re.compile(rb"<([^>]*+)>|\(([^)]*+)\)")
_ENTRY = re.compile(rf"({_NAME}){_GAP}*+({_NAME}|{_WHOLE})".encode())


def instructions(stream: Object) -> list[Instruction]:
    """What a page's content, or a form's, does."""
    content = _content(stream)
    plain = _read_plainly(content) if content is not None else None
    return plain if plain is not None else list(_read_by_qpdf(stream))


def _content(drawn: Object) -> bytes | None:
    """The bytes; nothing where they cannot be had so simply."""
    held: Any = drawn if isinstance(drawn, Stream) else drawn.get("/Contents")
    streams = list(held) if isinstance(held, Array) else [held]
    if not all(isinstance(stream, Stream) for stream in streams):
        return None
    try:
        return b"\n".join(stream.read_bytes() for stream in streams)
    except PdfError:
        return None


def _read_plainly(content: bytes) -> list[Instruction] | None:
    """The instructions; nothing where the content is not all plain."""
    read: list[Instruction] = []
    reached = 0
    while found := _PLAIN.match(content, reached):
        reached = found.end()
        match found.lastgroup:
            case "bare":
                read.append((found["bare"].decode(), None))
            case "about":
                read.append(("BDC", (found["kind"].decode(), _about(found["about"].strip()))))
            case "line":
                read.append(("Tm", tuple(map(float, found["place"].split()))))
                read.append(("Tf", found["face"].decode()))
                read.append(("TJ", _written_codes(found["line"])))
            case "setting":
                read.append((found["setting"].decode(), tuple(map(float, found["matrix"].split()))))
            case "moving":
                read.append((found["moving"].decode(), tuple(map(float, found["step"].split()))))
            case "leading":
                read.append(("TL", float(found["leading"])))
            case "font":
                read.append(("Tf", found["font"].decode()))
            case "drawing":
                read.append(("Do", found["drawing"].decode()))
            case "kind":
                read.append(("BMC", (found["kind"].decode(), None)))
            case "letters" | "row" as group:
                read.append(("TJ", _written_codes(found[group])))
            case _:
                return read
    return None


def _written_codes(written: bytes) -> bytes:
    """The codes of letters, in hexadecimal or as they are; the distances between them are passed over."""
    if b"(" not in written:
        return bytes.fromhex(b"".join(_HEX.findall(written)).decode())
    return b"".join(bytes.fromhex(digits.decode()) or plain for digits, plain in _CODES.findall(written))


@lru_cache(maxsize=1024)
def _about(written: bytes) -> str | dict[str, Any]:
    """What is said of a mark: a list, or the name of one."""
    if not written.startswith(b"<<"):
        return written.decode()
    return {name.decode(): _value(value) for name, value in _ENTRY.findall(written)}


def _value(written: bytes) -> str | int:
    return written.decode() if written.startswith(b"/") else int(written)


def _read_by_qpdf(stream: Object) -> Iterator[Instruction]:
    for instruction in parse_content_stream(stream, _READ):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "cm" | "Tm" as operator:
                yield operator, matrix_of(operands)
            case "Td" | "TD" as operator:
                yield operator, (float(operands[0]), float(operands[1]))
            case "TL":
                yield "TL", float(operands[0])
            case "Tf" | "Do" as operator:
                yield operator, str(operands[0])
            case "BMC":
                yield "BMC", (str(operands[0]), None)
            case "BDC":
                yield "BDC", (str(operands[0]), operands[1] if len(operands) > 1 else None)
            case "Tj" | "TJ" | "'" | '"':
                yield "TJ", _codes(operands[-1])
            case operator:
                yield operator, None


def matrix_of(numbers: Any) -> tuple[float, ...]:
    """Six numbers, those of a matrix that changes nothing where there are none."""
    return tuple(Matrix(*(float(number) for number in numbers)).shorthand)


def _codes(operand: Any) -> bytes:
    parts = operand if isinstance(operand, Array | list) else [operand]
    return b"".join(bytes(part) for part in parts if isinstance(part, String | bytes))
