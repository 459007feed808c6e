"""Codes: editions that are issued, their records, and the archive of their files."""

from pipeline.codes._code import error, warning

ISSUE_EDITION = error(
    "{what}",
    why="An edition is issued once: whoever holds one must be able to rely on its name.",
    remedy="Give the pack another edition, such as 'edition: {other}'.",
    example="'Autumn 2026' of 'drug-crimes' was issued on 1 October 2026.",
)
ISSUE_CORRECTS = error(
    "The edition is to correct '{edition}', and {what}.",
    why="Readers of the edition with the mistake are led to the one that puts it right, and must find it.",
    remedy='Name the last edition that was issued, as --corrects "{last}".',
)
ISSUE_STATUS = error(
    "'{name}' is {status}.",
    why="An edition is what colleges are trained on: every text of it must be in force.",
    remedy="Take it out of the pack; or give a reason, which is recorded: --override issue-status=REASON.",
)
ISSUE_CORRECTED = error(
    "'{name}' {version} has a mistake that {later} corrects.",
    why="Every college would be sent the mistake again.",
    remedy="Write '{name}@{later}'; or give a reason, which is recorded: --override issue-corrected=REASON.",
)
ISSUE_UNPUBLISHED = error(
    "'{name}' {version} is not published as the pack would print it.",
    why="What is issued must be on record word for word.",
    remedy="Publish it: 'briefings publish {name}'; or give a reason, which is recorded: "
    "--override issue-unpublished=REASON.",
)
ISSUE_OVERDUE = error(
    "'{name}' was due for review by {review_by}.",
    why="Colleges would be given, as in force, what nobody has looked at in time.",
    remedy="Review it and note that in its history; or give a reason, which is recorded: "
    "--override issue-overdue=REASON.",
)
ISSUE_MARKING = error(
    "The pack is {marking}, and '{college}' has no basis on which it may have it.",
    why="What is sensitive goes to those who were chosen for it, and to nobody else.",
    remedy="Give it a 'licence_basis', such as home-office-force, or take it out of the pack's recipients.",
)
ISSUE_LICENCE = error(
    "'{college}' has no basis on which it may use '{name}', {terms}.",
    why="A college that uses a text without a right to it has to take it back out of its courses.",
    remedy="Give it a 'licence_basis', such as licensed or permission, or take it out of the pack's recipients.",
)
ISSUE_PROOF = error(
    "{what}",
    why="What is issued cannot be called back: every judge must have looked at it, and found nothing wrong.",
    remedy="Mend what was found, and issue again; or give a reason, which is recorded: --override issue-proof=REASON.",
    example="veraPDF was not asked: 'briefings doctor --get-validators' installs it.",
)
ISSUE_UNCOMMITTED = error(
    "{what}",
    why="The record names the commit that an edition was made of: whoever looks there must find its words.",
    remedy="Commit source/ and layouts/, and issue again; "
    "or give a reason, which is recorded: --override issue-uncommitted=REASON.",
    example="2 files are not as the last commit has them: source/briefings/walks.md and source/library.yaml.",
)
ISSUE_UNMADE = error(
    "'{name}' is to have {formats}, and there is no sound file of it.",
    why="An edition has all its files, or is none.",
    remedy="Correct what is told beside this, or take the format out of 'formats:'.",
)
ARCHIVE_MISSING = error(
    "Nobody keeps the files: name an 'archive:' in library.yaml.",
    why="Layouts and tools change, so an edition cannot be made again to the byte: somebody must keep its files.",
    remedy="Write 'archive: ../archive', a folder that is backed up, or the URL of a store.",
)
ARCHIVE_DIFFERS = error(
    "{what}",
    why="The archive is where copies come from: other bytes under a hash are no copy of the edition.",
    remedy="Bring the file back from a backup or from a college that holds it: its SHA-256 says whether it is the one.",
    example="The archive does not have 'drug-crimes.pdf' of Autumn 2026.",
)
RECORD_BROKEN = error(
    "{name} is not as it was written: {what}.",
    why="A record says what was issued; one that was changed proves nothing, and those after it neither.",
    remedy="Bring the file back as it was committed, or from the archive: it is written by 'issue' and never edited.",
)
RECORD_LOST = error(
    "{what}.",
    why="Of an edition without its record nobody can say what was in it, nor whether a copy is whole.",
    remedy="Bring the file back as it was committed, or from the archive.",
    example="Record 002 of 'drug-crimes' is missing: 003-summer-2027.json follows it.",
)
EDITION_WITHOUT_PACK = warning(
    "Editions of '{name}' were issued, and no pack has this name any more.",
    why="Who holds one is led to the next by its name; under another an edition could be issued twice.",
    remedy="Bring source/packs/{name}.yaml back; a pack by another name begins a series of editions of its own.",
)
