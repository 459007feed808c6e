"""What a build gives back: what was said, what was made, and how that reads on a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.codes import made
from pipeline.diagnostics import Diagnostic, errors, failed
from pipeline.outputs import Output
from pipeline.report import count, tally


@dataclass(frozen=True, slots=True)
class Build:
    """What a build said and made."""

    remarks: tuple[Diagnostic, ...]
    outputs: tuple[Output, ...]
    owners: tuple[tuple[str, str], ...]
    """Owner and format of everything that the library lists, whether this build was asked for it or not."""
    pressed: int = 0
    bound: int = 0

    def exit_code(self, strict: bool = False) -> int:
        """0 fine, 1 the source has errors, 4 something could not be made; the highest that applies."""
        broken = any(d.code in _MADE for d in errors(self.remarks))
        return 4 if broken else int(failed(self.remarks, strict))

    def summary(self, folder: str) -> str:
        """What was made and where it is, in words for the terminal."""
        kinds = {"pdf": "PDF", "epub": "EPUB", "html": "web page"}
        said = [count(sum(o.path.endswith(end) for o in self.outputs), name) for end, name in kinds.items()]
        made = ", ".join(words for words in said if not words.startswith("0 ")) or "nothing"
        work = f"pressed {self.pressed}, bound {self.bound}" if self.pressed or self.bound else "nothing had changed"
        lines = [f"{made} in {folder} ({work})"]
        packs = [o for o in self.outputs if o.owner.startswith("packs/")]
        lines += [f"  {folder}/{o.path}" for o in packs or self.outputs[:3]]
        if len(self.outputs) > len(lines) - 1:
            lines.append(f"  and {len(self.outputs) - len(lines) + 1} more under {folder}/")
        if self.remarks:
            lines.append(tally(self.remarks) + ".")
        return "\n".join(lines)


_MADE = frozenset(code.name for code in vars(made).values() if hasattr(code, "name"))
