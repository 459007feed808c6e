r"""Commands that authors define: `\newcommand`, `\DeclareMathOperator`, `\def`, and those of `library.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.text.tex.scan import FormulaRefused, argument, group_end, joined, option

LONGEST = 10_000
"""Characters of one formula, as it is written and with all commands written out."""

MOST_STEPS = 3_000
"""Commands that are written out in one formula."""

_MOST_WITHOUT_END = 20
"""Definitions of one formula whose end is sought in vain: each search goes to the end of the formula."""

DEFINES = re.compile(
    r"\\(?P<how>newcommand|renewcommand|providecommand|DeclareMathOperator|[gex]?def|let)(?P<star>\*?)(?![A-Za-z])"
)
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_NAME = re.compile(r"\s*(?:\{\s*(?P<braced>\\(?:[A-Za-z]+|[^\w\s]))\s*\}|(?P<bare>\\(?:[A-Za-z]+|[^\w\s])))")
_BEFORE_BODY = re.compile(r"[^{}\n]*+(?=\{)")
_PARAMETERS = re.compile(r"\s*+((?:#[1-9])*+)\s*+(?=\{)")
_LET = re.compile(r"\s*+=?\s*+(\\[A-Za-z]+|[^\s{}\\])")
_PLACE = re.compile(r"#([1-9])")


@dataclass(frozen=True, slots=True)
class Macro:
    """A command: the `body` that it stands for, with `#1` … `#9` in it, and its first argument where none is given."""

    count: int
    body: str
    first: str | None = None


Macros = Mapping[str, Macro]
"""By name, without the backslash."""

_SAME = r"""
    mbox \text  hbox \text  textnormal \text  textup \text  textmd \text  cr \\  tabularnewline \\  pmb \boldsymbol
    mathbbm \mathbb  mathds \mathbb  dotsb \cdots  dotsc \ldots  dotsi \cdots  dotsm \cdots  dotso \ldots  hdots \ldots
    adots \iddots  smallsetminus \setminus  varpropto \propto  enskip \enspace  hfill \quad  hfil \quad  frak \mathfrak
    operatornamewithlimits \operatorname*  R \mathbb{R}  N \mathbb{N}  Z \mathbb{Z}  textsuperscript ^  textsubscript _
    tr \operatorname{tr}  Tr \operatorname{Tr}  rank \operatorname{rank}  sgn \operatorname{sgn}  permil \text{‰}
    textperthousand \text{‰}  textdegree ^\circ  celsius ^\circ\text{C}  euro \text{€}  texttrademark \text{™}
    TeX \text{TeX}  LaTeX \text{LaTeX}  LaTeXe \text{LaTeX2e}  BibTeX \text{BibTeX}
    textgreater >  textless <  textunderscore \_  slash /  cdotp \cdot  * *  varlimsup \limsup  varliminf \liminf
"""
_LEFT_OUT = (
    "smash llap rlap clap mathllap mathrlap mathclap ensuremath strut allowbreak nobreak noindent protect leavevmode"
    " null xspace boldmath unboldmath displaylimits tiny scriptsize footnotesize small normalsize large Large LARGE"
    " huge Huge"
)
BUILT_IN: Macros = {
    **{name: Macro(0, "") for name in _LEFT_OUT.split()},
    **{name: Macro(0, body) for name, body in zip(_SAME.split()[::2], _SAME.split()[1::2], strict=True)},
    "\n": Macro(0, r"\ "),
    "substack": Macro(1, r"\begin{subarray}{c}#1\end{subarray}"),
    "abs": Macro(1, r"\left|#1\right|"),
    "norm": Macro(1, r"\left\|#1\right\|"),
    "nicefrac": Macro(2, r"{#1}/{#2}"),
    "sfrac": Macro(2, r"{#1}/{#2}"),
    "require": Macro(1, ""),
    "vspace": Macro(1, ""),
    "overunderset": Macro(3, r"\overset{#1}{\underset{#2}{#3}}"),
}
"""Commands that the libraries do not both know, by what both know. An author's own come before them."""


def declared(body: str) -> Macro:
    """The command of a library: it takes as many arguments as its replacement names."""
    return Macro(max((int(number) for number in _PLACE.findall(body)), default=0), body)


def definition_at(tex: str, start: int) -> tuple[str, Macro, int] | None:
    """The command that is defined at `start`, what it stands for, and where the definition ends."""
    found = DEFINES.match(tex, start)
    name = _NAME.match(tex, found.end()) if found else None
    if found is None or name is None:
        return None
    read = _stands_for(tex, found["how"], name.end())
    if read is None:
        return None
    macro, end = read
    if found["how"] == "DeclareMathOperator":
        macro = Macro(0, f"\\operatorname{found['star']}{{{macro.body}}}")
    return (name["braced"] or name["bare"])[1:], macro, end


def _stands_for(tex: str, how: str, position: int) -> tuple[Macro, int] | None:
    count, first = 0, None
    if how == "let":
        same = _LET.match(tex, position)
        return (Macro(0, same[1]), same.end()) if same else None
    if how.endswith("def"):
        parameters = _PARAMETERS.match(tex, position)
        if parameters is None:
            return None
        count, position = len(parameters[1]) // 2, parameters.end()
    elif how != "DeclareMathOperator":
        said, position = option(tex, position)
        if said is not None and not (said.strip().isdigit() and len(said.strip()) == 1):
            return None
        count = int(said or 0)
        first, position = option(tex, position) if count else (None, position)
    body = argument(tex, position)
    return (Macro(count, body[0], first), body[1]) if body else None


def take_definitions(tex: str) -> tuple[str, dict[str, Macro], list[str]]:
    """The TeX without the definitions in it, what they define, and those that cannot be read."""
    macros: dict[str, Macro] = {}
    unreadable: list[str] = []
    kept, position, without_end = [], 0, 0
    for command in DEFINES.finditer(tex):
        start = command.start()
        if start < position or without_end > _MOST_WITHOUT_END:
            continue
        if defined := definition_at(tex, start):
            name, macro, end = defined
            macros[name] = macro
        elif (end := _end_of_unreadable(tex, command)) > 0:
            unreadable.append(tex[start:end])
        else:
            without_end += 1
            continue
        kept.append(tex[position:start])
        position = end
    return "".join((*kept, tex[position:])), macros, unreadable


def _end_of_unreadable(tex: str, command: re.Match[str]) -> int:
    """The end of the last group in braces of a definition that cannot be read; -1 if a group has no end."""
    end = -1
    position = command.end()
    while before := _BEFORE_BODY.match(tex, position):
        if end > 0 and before[0].strip():
            break
        end = position = group_end(tex, before.end())
        if end < 0:
            break
    return end


def expand(tex: str, macros: Macros) -> str:
    """The TeX with every command of ours written out. Raises `FormulaRefused` where that has no end or no argument."""
    done: list[str] = []
    steps = written = position = 0
    while command := _COMMAND.search(tex, position):
        macro = macros.get(command[1])
        position = command.end()
        if macro is None:
            continue
        steps += 1
        before = tex[: command.start()]
        body, end = _written_out(command[0], macro, tex, position)
        written += len(before)
        if steps > MOST_STEPS or written + len(body) + len(tex) - end > LONGEST:
            raise _too_long()
        done.append(before)
        tex, position = joined(before, joined(body, tex[end:]))[len(before) :], 0
    return "".join((*done, tex))


def _too_long() -> FormulaRefused:
    return FormulaRefused(f"with all commands written out it is longer than {LONGEST:,} characters", endless=True)


def _written_out(name: str, macro: Macro, tex: str, position: int) -> tuple[str, int]:
    """The replacement of a command with its arguments, and where it ends."""
    given: list[str] = []
    if macro.first is not None:
        said, position = option(tex, position)
        given.append(macro.first if said is None else said)
    while len(given) < macro.count:
        found = argument(tex, position)
        if found is None:
            needs = "an argument" if macro.count == 1 else f"{macro.count} arguments"
            raise FormulaRefused(f"the command {name} needs {needs}")
        given.append(found[0])
        position = found[1]
    body, end = "", 0
    places = tuple(_PLACE.finditer(macro.body))
    if (
        len(macro.body) + sum(len(given[int(place[1]) - 1]) for place in places if int(place[1]) <= len(given))
        > LONGEST
    ):
        raise _too_long()
    for place in places:
        put = given[int(place[1]) - 1] if int(place[1]) <= len(given) else ""
        body, end = joined(body + macro.body[end : place.start()], put), place.end()
    return joined(body, macro.body[end:]), position


def balanced(tex: str) -> bool:
    """Whether every brace has its other."""
    return group_end(f"{{{tex}}}", 0) == len(tex) + 2
