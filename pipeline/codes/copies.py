"""Codes: copies for colleges, and the record of them."""

from pipeline.codes._code import error, warning

COPIES_RETIRED = error(
    "'{name}' {version} is {status}.",
    why="A college would be trained on a text that no longer holds.",
    remedy="Take it out of the pack; or give a reason, which is recorded: --override {name}=REASON.",
)
COPIES_CORRECTED = error(
    "'{name}' {version} has a mistake that {later} corrects.",
    why="Every college would be sent the mistake again.",
    remedy="Write '{name}@{later}'; or give a reason, which is recorded: --override {name}=REASON.",
)
COPIES_WORK = error(
    "'{name}' rests on a work that does not hold. {sentence}",
    why="A college would be trained on what the publisher of that work no longer stands by, or doubts.",
    remedy="Rest the text on other works, or say in its entry that its author knows, and publish that; or give a "
    "reason, which is recorded: --override {name}=REASON.",
)
COPIES_OVERDUE = error(
    "'{name}' was due for review by {review_by}.",
    why="A college would be given, as in force, what nobody has looked at in time.",
    remedy="Review it and note that in its history; or give a reason, which is recorded: --override {name}=REASON.",
)
COPIES_GONE = error(
    "'{name}' {version} is taken from what is kept, and the briefing itself is gone.",
    why="That a text is withdrawn or superseded stands in the present briefing: without it a college would never hear.",
    remedy="Bring the briefing back, with the status it has; or give a reason, which is recorded: "
    "--override {name}=REASON.",
)
COPIES_UNISSUED = error(
    "Copies of {edition} were prepared on {day}, before it was issued.",
    why="An earlier release made them of a build: two colleges could hold different files of one edition.",
    remedy="Give the pack a new edition.",
)
COPIES_FOLDER = error(
    "The parcels would take the folder '{folder}', in which '{edition}' of the pack '{other}' lies.",
    why="The files of one edition would overwrite those of another.",
    remedy="Call the edition something that differs in letters or figures.",
)
COPIES_ALTERED = error(
    "The file is not what the build has made.",
    why="A copy would go out that nobody has proofed.",
    remedy="Build again, while nothing else writes to the output folder.",
)
COPIES_LEFT = warning(
    "What was prepared here before is wanted no more and could not be taken away: {reason}.",
    why="It lies beside what is to go out, and might be sent along.",
    remedy="Have it removed by whoever made it.",
)
COPIES_NOBODY = error(
    "There is no college to prepare copies for.",
    why="Copies are prepared for the recipients that the pack names, or for every college where it names none.",
    remedy="List colleges in source/colleges.yaml.",
)
COPIES_FORMAT = warning(
    "'{college}' wants {format}, which the pack does not have.",
    why="The college gets its other formats only.",
    remedy="Add '{format}' to the pack's 'formats:', or take it out of what the college wants.",
)
COPIES_COVER = error(
    "The pack goes out in numbered copies and does not begin with a cover.",
    why="The cover says in words, for the eye and the ear, which copy it is and who holds it.",
    remedy="Put 'cover' first under 'front:'.",
)
COPIES_CHANGED = error(
    "{edition} of {day} was prepared with other bytes of {files}.",
    why="A numbered copy would differ from the one that is out under its number.",
    remedy="Bring back the names of colleges, layouts and tools of that day; or issue a new edition.",
)
COPIES_NO_DELIVERY = warning(
    "'{college}' takes {copies}, and nothing says where they go.",
    why="The printer's ticket names a place for every copy; without one a box comes back or is lost.",
    remedy="Give the college a line such as 'delivery: Learning unit, Quarry Lane, Fellbrook'.",
)
COPIES_ORDER = warning(
    "The printer's ticket says nothing of {what}.",
    why="A printer has to ask, or chooses what is at hand; both are worse the night before.",
    remedy="Say it under 'print:' in the pack, or for all packs in source/library.yaml.",
)
COPIES_INKS = warning(
    "The order asks for {inks}, but {found}.",
    why="The printer would print pages other than they were made, or charge for inks that nothing needs.",
    remedy="Correct 'inks' or 'cover_inks' under 'print:', or leave it out: the ticket then says what the file holds.",
)
COPIES_BINDING = warning(
    "The pack has {pages} pages and is to be {binding}.",
    why="A stack that thick does not fold flat, and a staple does not hold it.",
    remedy="Choose another 'binding' under 'print:', such as perfect-bound or wire-bound.",
)
COPIES_SPARE = error(
    "Spare copies of a numbered pack would have no holder.",
    why="Every copy of it says whose it is, and the ledger knows each.",
    remedy="Leave out 'spare' under 'print:'; for copies of your own add yourselves to source/colleges.yaml.",
)
COPIES_SPARE_PLACE = warning(
    "The {copies} to {where}, which is no place.",
    why="A mailbox takes no box: spare copies come back, or go to whoever is at hand.",
    remedy="Say where they go: 'spare_to: Evidence team, Fell Road, Northmoor' under 'print:' in the pack.",
)
COPIES_LATE = warning(
    "The order's {what}, {day}, has passed.",
    why="The ticket would ask the printer for what cannot be done any more.",
    remedy="Agree on a new day, and correct it under 'print:' in the pack.",
)
COPIES_NO_CONTACT = warning(
    "A parcel is made for '{college}', and nothing says to whom it goes.",
    why="A parcel that nobody is named for stays where it was made.",
    remedy="Give the college a line such as 'contact: learning@fellbrook.example', the mailbox of a role.",
)
COPIES_ACCESS = warning(
    "'{college}' needs '{need}', and gets it in no format that would do.",
    why="Who cannot read the copy is left out of the lesson.",
    remedy="Give it {formats}, under 'formats:' of the college and of the pack.",
)
