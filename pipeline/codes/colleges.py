"""Codes: the ledger of what left the house, and deliveries to colleges."""

from pipeline.codes._code import error, warning

LEDGER_ROW = error(
    "The ledger's table cannot be read here: {reason}.",
    why="The table is what git keeps of the ledger: a line that is lost is a delivery that nobody knows of.",
    remedy="Bring the file back as it was committed: it is only ever added to, and never edited.",
)
LEDGER_BROKEN = error(
    "Event {number} of the ledger does not follow from {before}.",
    why="Each event names the hash of the one before: one of them was changed, or one was taken out.",
    remedy="Bring source/ledger.csv back as it was committed, or from your backup.",
)
LEDGER_EVENT = error(
    "Event {number} of the ledger cannot have been written by this program: {reason}.",
    why="Nothing can be counted on such an event, although it may follow from the one before.",
    remedy="Bring source/ledger.csv back as it was committed. If a newer release wrote the event, use that release.",
)
LEDGER_FORKED = error(
    "The ledger's table has two events {number}: two machines delivered without a shared ledger.",
    why="Each machine gave its own events the next numbers, and neither knows what the other sent.",
    remedy="Keep the lines of one side; enter what the other sent once more, as 'briefings acknowledge' and 'settle' "
    "do; and share one ledger from now on: 'ledger: postgresql://db.example/ledger' in library.yaml.",
)
LEDGER_BEHIND = error(
    "The database ends with event {number}, and source/ledger.csv has {more} more.",
    why="The database was lost, or is an older copy: what is written now would get numbers that were given already.",
    remedy="Bring the database back from its backup; or name an empty one and run 'briefings ledger restore'.",
)
LEDGER_LOST = error(
    "Event {number} was written on this machine, and source/ledger.csv no longer has it.",
    why="A delivery that is not in the ledger would be sent a second time.",
    remedy="Bring the lines back from git or from your backup. If they are to be gone, delete .ledger/last.",
)
LEDGER_DIFFERS = error(
    "Event {number} of the ledger and of its table are not the same.",
    why="One of the two was changed after it was written, or they are of two libraries.",
    remedy="Ask git which lines of source/ledger.csv changed, and bring them back; the database is right.",
)
RECALL_OPEN = warning(
    "{copies} open, which {name} asks for.",
    why="A copy that nobody has answered for may still be in use.",
    remedy="Ask the colleges that are listed: 'briefings recall {name}' writes their notices again. Enter what they "
    "say: 'briefings acknowledge DELIVERY --how destroyed'.",
)
COLLEGE_GONE = warning(
    "'{college}' holds {copies} and is not in source/colleges.yaml.",
    why="A recall or a new edition cannot reach a college that the list has lost.",
    remedy="If it has a new id, add 'formerly: [{college}]' there. If it has closed, put it back with 'until: DAY'.",
    example="'…' holds … copies and is not in source/colleges.yaml.",
)
EDITION_RECALLED = error(
    "'{edition}' of '{pack}' {what} on {day} by {name}: {reason}",
    why="What is being taken back from those who hold it must not go out to anybody.",
    remedy="Issue an edition without those words, and deliver that. If the recall was a mistake: 'briefings recall "
    "{name} --lift REASON'.",
)
COLLEGE_CHANNEL = error(
    "'{college}' {what}.",
    why="A delivery that has nowhere to go is one that a college waits for.",
    remedy="Add what is missing below the college in source/colleges.yaml.",
    example="'…' has … printed copies and no place to send them.",
)
DELIVER_UNISSUED = error(
    "'{pack}' is not issued{edition}.",
    why="What leaves the house must be on record, so that a copy of it can be verified in ten years.",
    remedy="Issue it: 'briefings issue {pack}'.",
)
DELIVER_LICENCE = error(
    "The licence or the marking of '{pack}' does not allow '{college}' ({basis}).",
    why="A college that uses a text without a right to it has to take it back out of its courses.",
    remedy="Give it a 'licence_basis', such as licensed or permission, or take it out of the pack's recipients.",
)
DELIVER_SERVER = error(
    "'{college}' gets its files by mail, and no server is named for it.",
    why="Mail goes by a server of yours, under a mailbox of yours.",
    remedy="Add 'mail:' to source/library.yaml, with 'server:' and 'sender:'; or give the college a "
    "'folder:', 'sftp:' or 'url:'.",
)
DELIVER_PRINTER = error(
    "{what}.",
    why="A job that does not reach the printer is one that colleges wait for.",
    remedy="Mend 'printer:' or 'mail:' in source/library.yaml, or take 'printer:' out and hand the job over yourself.",
    example="The printer gets its job by mail, and no server is named for it.",
)
DELIVER_REFUSED = error(
    "{reason}; nothing was sent to '{college}'.",
    why="A delivery that was refused is not on record as sent, and holds up no other.",
    remedy="Mend that, or ask whoever runs it, and run the same command again.",
)
DELIVER_HOST = error(
    "{reason}: nothing was sent to '{college}'.",
    why="A server that shows another key may be somebody else's, who would get the files and the secret.",
    remedy="Ask the college, by telephone, whether their server has a new key; if so, put it into 'host_key:'.",
)
DELIVER_FULL = error(
    "{reason}; nothing was sent.",
    why="A parcel is delivered whole or not at all.",
    remedy="Have room made, or have the college's files put elsewhere: 'folder:', 'sftp:' or 'url:' under 'channels:'.",
)
DELIVER_ASK = error(
    "{reason}, so nobody can say whether '{college}' has its delivery.",
    why="It may have arrived in the moment in which the command was cut off: sent again, it might arrive twice.",
    remedy="Bring that back, and run the same command again: it looks, and sends only what is not there.",
)
DELIVER_LATE = error(
    "{reason}, so nobody can say yet whether '{college}' has its delivery.",
    why="The copy of a message may be late: sent again before it has come, the message might arrive twice.",
    remedy="Run the same command again after a quarter of an hour: it looks, and sends only what is not there.",
)
DELIVER_UNCERTAIN = error(
    "{reason}.",
    why="It may have arrived, and nobody but the college can say: it is never sent again by itself.",
    remedy="Ask {to}, then: 'briefings settle {delivery} --sent' or '--not-sent'.",
)
SECRET_MISSING = error(
    "{variable} is not set.",
    why="Passwords and private keys stand in no file of a library: whoever sees it would have them.",
    remedy="Set it in the environment of the command, such as by your shell or the secrets of your workflow.",
)
VERIFY_KEY = error(
    "Not ours: {name} {what}.",
    why="Whoever changes a file can write another manifest, but cannot sign it with the publisher's key.",
    remedy="Use nothing of it: ask whoever sent it, and have it sent again.",
)
VERIFY_FILE = error(
    "{file} {what}.",
    why="Each file of a parcel has its SHA-256 in the manifest, so one letter that is otherwise is found.",
    remedy="Use the other files, if you must; have the parcel sent again.",
)
