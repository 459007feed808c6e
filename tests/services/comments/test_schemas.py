"""The document for comment held to the schemas of Word's XML, which are stricter than any word processor here."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree

from pipeline.services.importing.docx_package import parse_xml
from tests.support.libraries import here, written
from tests.support.warm_java.on_path import path_without_warm_java
from tests.support.word.rounds import FILES, TEXT

ROOT = Path(__file__).parents[3]
LOCK = ROOT / "tests/schemas.lock"
JARS = [Path(sys.prefix) / "share" / line.split()[2] for line in LOCK.read_text("utf-8").splitlines()]
JAR_SUM = sha256(b"jar\n").hexdigest()
PARTS = ("document", "styles", "numbering", "settings", "header1", "footer1")
IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"


def understood(content: bytes) -> bytes:
    """A part as a program sees it that knows the first form of the standard: what it may ignore is gone."""
    root = parse_xml(content)
    spaces = {root.nsmap[prefix] for prefix in root.attrib.pop(IGNORABLE, "").split()}
    for element in list(root.iter(etree.Element)):
        for name in [name for name in element.attrib if etree.QName(name).namespace in spaces]:
            del element.attrib[name]
        if etree.QName(element).namespace in spaces and element.getparent() is not None:
            element.getparent().remove(element)
    made: bytes = etree.tostring(root)
    return made


@pytest.mark.parametrize(
    ("brings", "code", "said", "stands"),
    [
        ('echo jar > "$(echo $TMPDIR/*)/b.jar"', 0, "Bringing a:b:1 by Maven", ["a/b.jar"]),
        ('echo other > "$(echo $TMPDIR/*)/b.jar"', 3, "The jar that came as a:b:1 is not the one", []),
        ("exit 1", 0, "note: Maven could not bring a:b:1", []),
    ],
    ids=["the jar", "another jar", "no jar"],
)
def test_a_jar_is_the_one_that_is_named(tmp_path: Path, brings: str, code: int, said: str, stands: list[str]) -> None:
    share, bin_, temp = (tmp_path / name for name in ("share", "bin", "temp"))
    for folder in (share / "a", bin_, temp):
        folder.mkdir(parents=True)
    (bin_ / "python").symlink_to(sys.executable)
    (share / "a/b.jar").write_text("older\n")
    (tmp_path / "lock").write_text(f"a:b:1 {JAR_SUM} a/b.jar\n")
    (bin_ / "mvn").write_text(f"#!/bin/sh\n{brings}\n")
    (bin_ / "mvn").chmod(0o755)
    env = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "TMPDIR": str(temp)}
    command = ["sh", str(ROOT / "pipeline/proof/maven.sh"), str(tmp_path), str(tmp_path / "lock")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done
    assert [path.relative_to(share).as_posix() for path in share.rglob("*.jar")] == stands
    assert not [*temp.iterdir()]


@pytest.mark.proof
def test_it_is_valid_by_the_schemas_of_words_xml(tmp_path: Path) -> None:
    java = shutil.which("java", path=path_without_warm_java())  # the warm one runs no program in source
    if java is None or not all(jar.is_file() for jar in JARS):
        pytest.skip("the schemas of Word's XML, or Java, are not here: make proof brings them")
    text = TEXT.replace("summary:", "marking: {tier: OFFICIAL, sensitive: true}\nsummary:", 1)
    text = text.replace("Nobody walked at night.", "Nobody walked x^2^ in H~2~O ~~at night~~.")
    root = written(tmp_path, {**FILES, "briefings/walks.md": text})
    assert here(root, "comment", "walks").code == 0
    with zipfile.ZipFile(io.BytesIO((root / "output/comment/walks.docx").read_bytes())) as parts:
        for part in PARTS:
            (tmp_path / f"{part}.xml").write_bytes(understood(parts.read(f"word/{part}.xml")))
    paths = os.pathsep.join(map(str, JARS))
    command = [java, "-cp", paths, str(ROOT / "tests/tools/WordXml.java"), *(f"{part}.xml" for part in PARTS)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    said = [line for line in done.stdout.splitlines() if "Log4j" not in line]
    assert said == [f"read {part.rstrip('1')}" for part in PARTS], done.stderr
