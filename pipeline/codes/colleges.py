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
    remedy="Restore the ledger from source/ledger.csv: 'briefings ledger restore'; or from your backup, where the "
    "table is broken too.",
)
LEDGER_FORKED = error(
    "The ledger's table has two events {number}: two machines delivered without a shared ledger.",
    why="Each machine gave its own events the next numbers, and neither knows what the other sent.",
    remedy="Keep the lines of one side; enter what the other sent once more, as 'briefings acknowledge' and 'settle' "
    "do; and share one ledger from now on, which 'ledger:' in library.yaml names.",
)
LEDGER_BEHIND = error(
    "The ledger ends with event {number}, and its table has {more} more.",
    why="The database was lost, or is an older copy: what is written now would get numbers that were given already.",
    remedy="Make the database again from the table: 'briefings ledger restore'.",
)
LEDGER_DIFFERS = error(
    "Event {number} of the ledger and of its table are not the same.",
    why="One of the two was changed after it was written, or they are of two libraries.",
    remedy="Ask git which lines of source/ledger.csv changed; if the table is right: 'briefings ledger restore'.",
)
RECALL_OPEN = warning(
    "{open} of {asked} copies of {name} are not accounted for.",
    why="A copy that nobody has answered for may still be in use.",
    remedy="Ask the colleges that are listed: 'briefings recall {name}' writes their notices again. Enter what they "
    "say: 'briefings acknowledge DELIVERY --how destroyed'.",
)
