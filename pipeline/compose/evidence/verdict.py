"""The verdict on the evidence as a whole: its mark and word, and how strong the evidence is."""

from markupsafe import Markup

from pipeline.compose.language.words import result
from pipeline.compose.page.marks import mark
from pipeline.model.publication import EvidenceBase
from pipeline.model.words import Words


def verdict(found: EvidenceBase | None, words: Words, accent: str) -> Markup:
    """'○ Inconclusive overall, evidence limited', in two parts; nothing where nobody has judged the whole."""
    said = []
    if found and found.overall:
        word = result(words, found.overall)
        said.append(Markup('<span class="overall">{}{}</span>').format(mark(found.overall, accent), word))
    if found and found.strength:
        strength = words.say(f"strength-{found.strength}")
        key = "overall-strength" if found.overall else "strength-is"
        said.append(Markup('<span class="strength">{}</span>').format(words.say(key, strength=strength)))
    elif found and found.overall:
        said.append(Markup('<span class="strength">{}</span>').format(words.say("overall")))
    return Markup(" ").join(said)
