"""The document for comment held to the schemas of Word's XML, which are stricter than any word processor here."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from pipeline.word.document.names import parse
from tests.support.libraries import here, written
from tests.support.warm_java.on_path import path_without_warm_java
from tests.support.word.rounds import FILES, TEXT

ROOT = Path(__file__).parents[3]
JARS = Path(sys.prefix) / "share/schemas"
PARTS = ("document", "styles", "numbering", "settings", "header1", "footer1")
IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"


def understood(content: bytes) -> bytes:
    """A part as a program sees it that knows the first form of the standard: what it may ignore is gone."""
    root = parse(content)
    spaces = {root.nsmap[prefix] for prefix in root.attrib.pop(IGNORABLE, "").split()}
    for element in list(root.iter(etree.Element)):
        for name in [name for name in element.attrib if etree.QName(name).namespace in spaces]:
            del element.attrib[name]
        if etree.QName(element).namespace in spaces and element.getparent() is not None:
            element.getparent().remove(element)
    made: bytes = etree.tostring(root)
    return made


@pytest.mark.proof
def test_it_is_valid_by_the_schemas_of_words_xml(tmp_path: Path) -> None:
    """Every part that we write, with one of everything in it: boxes, lists, tables, pictures, a marking and marks."""
    java = shutil.which("java", path=path_without_warm_java())  # the warm one runs no program in source
    if java is None or not list(JARS.glob("*.jar")):
        pytest.skip("the schemas of Word's XML, or Java, are not here: make proof brings them")
    text = TEXT.replace("summary:", "marking: {tier: OFFICIAL, sensitive: true}\nsummary:", 1)
    text = text.replace("Nobody walked at night.", "Nobody walked x^2^ in H~2~O ~~at night~~.")
    root = written(tmp_path, {**FILES, "briefings/walks.md": text})
    assert here(root, "comment", "walks").code == 0
    with zipfile.ZipFile(io.BytesIO((root / "output/comment/walks.docx").read_bytes())) as parts:
        for part in PARTS:
            (tmp_path / f"{part}.xml").write_bytes(understood(parts.read(f"word/{part}.xml")))
    paths = os.pathsep.join(map(str, JARS.glob("*.jar")))
    command = [java, "-cp", paths, str(ROOT / "tests/tools/WordXml.java"), *(f"{part}.xml" for part in PARTS)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    said = [line for line in done.stdout.splitlines() if "Log4j" not in line]
    assert said == [f"read {part.rstrip('1')}" for part in PARTS], done.stderr
