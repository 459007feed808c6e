"""The instructions of a page's content that place and show letters (ISO 32000-1, Annex A), as qpdf reads them."""

from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Object, String, parse_content_stream

TextInstruction = tuple[str, Any]
"""An operator and its operands: nothing, numbers, a name with its slash, the codes of letters, a mark."""

_READ = "BDC BMC EMC Do Tf Tj TJ ' \" q Q cm BT Td TD Tm T* TL"


def instructions(stream: Object) -> Iterator[TextInstruction]:
    """The instructions of a page's content, or of a form's."""
    for instruction in parse_content_stream(stream, _READ):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        match name:
            case "cm" | "Tm" | "Td" | "TD":
                yield name, tuple(map(float, operands))
            case "TL":
                yield name, float(operands[0])
            case "Tf" | "Do":
                yield name, str(operands[0])
            case "BMC":
                yield name, (str(operands[0]), None)
            case "BDC":
                yield name, (str(operands[0]), _about(operands[-1]))
            case "Tj" | "TJ" | "'" | '"':
                yield "TJ", _codes(operands[-1])
            case _:
                yield name, None


def _about(operand: Any) -> str | dict[str, Any]:
    """The description of a mark: a list, or the name of one."""
    return dict(operand.items()) if isinstance(operand, Dictionary) else str(operand)


def _codes(operand: Any) -> bytes:
    parts = operand if isinstance(operand, Array | list) else [operand]
    return b"".join(bytes(part) for part in parts if isinstance(part, String | bytes))
