"""LibreOffice as a reviewer: opens a document, edits it as asked, and saves it. Runs in the Python that has `uno`.

Arguments: the profile's folder, the document, and a JSON list of [name, [edit, …]]; each is saved as NAME.docx beside
it. An edit is ["change", old, new], ["comment", on, words], ["split", before] or ["join", words].
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK  # type: ignore[import-not-found]

PATIENCE = 300
"""So many seconds LibreOffice has for its start, and for its end."""


def named(**values):
    """Properties as UNO takes them."""
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def connected(pipe, until):
    """The context of the office, once it listens."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def introduce(context, given, family):
    """Say who reviews."""
    made = context.ServiceManager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", context)
    access = made.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess", named(nodepath="/org.openoffice.UserProfile/Data")
    )
    access.givenname, access.sn = given, family
    access.commitChanges()


def found(document, words):
    """The first place of some words."""
    search = document.createSearchDescriptor()
    search.SearchString, search.SearchCaseSensitive = words, True
    return document.findFirst(search)


def edit(document, kind, words, new=""):
    """Make one edit."""
    place = found(document, words)
    text = place.Text
    if kind == "change":
        place.String = new
    elif kind == "comment":
        note = document.createInstance("com.sun.star.text.textfield.Annotation")
        note.Author, note.Content = "Rhys Owen", new
        text.insertTextContent(place, note, True)
    elif kind == "split":
        text.insertControlCharacter(place.Start, PARAGRAPH_BREAK, False)
    elif kind == "join":
        cursor = text.createTextCursorByRange(place.End)
        cursor.gotoEndOfParagraph(False)
        cursor.goRight(1, True)
        cursor.String = ""


def main(profile, file, wanted):
    """Make each of the documents that are wanted."""
    pipe = f"briefings-{Path(profile).name}-{time.time_ns()}"
    office = subprocess.Popen(
        ["soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore", "--nologo",
         f"--accept=pipe,name={pipe};urp;"]
    )  # fmt: skip
    try:
        context = connected(pipe, time.monotonic() + PATIENCE)
        introduce(context, "Dana", "Bell")
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        for name, edits in json.loads(wanted):
            document = desktop.loadComponentFromURL(Path(file).as_uri(), "_blank", 0, named(Hidden=True))
            for one in edits:
                edit(document, *one)
            saved = Path(file).with_name(f"{name}.docx")
            document.storeToURL(saved.as_uri(), named(FilterName="MS Word 2007 XML"))
            document.close(True)
        desktop.terminate()
        office.wait(PATIENCE)
    finally:
        office.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
