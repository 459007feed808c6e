"""Send copies of issued editions to colleges, and keep the ledger of them."""

from pipeline.core.services import Service

SERVICE = Service(
    "colleges",
    reads=("editions",),
    files=("copies.csv", "ledger.csv"),
    records=("ledger.csv",),
    verbs={
        "acknowledge": (
            "Take in what a college says of a delivery: received, replaced, returned, destroyed or lost.",
            "pipeline.services.colleges.acknowledge:verb",
        ),
        "copies": (
            "Prepare the copies of an issued edition: parcels, a job for the printer, and the ledger.",
            "pipeline.services.colleges.copies:verb",
        ),
        "deliver": (
            "Deliver an issued edition to the colleges that take it, each by its channel, and never twice.",
            "pipeline.services.colleges.deliver:verb",
        ),
        "holdings": (
            "List who holds which edition, in which format and in how many copies, by the ledger.",
            "pipeline.services.colleges.holdings_report:verb",
        ),
        "key": (
            "Make a key that deliveries are signed with, outside the library.",
            "pipeline.services.colleges.signing_keys:verb",
        ),
        "ledger": (
            "Check the ledger of what left the house, copy it, or fill a new database from source/ledger.csv.",
            "pipeline.services.colleges.ledger:verb",
        ),
        "recall": (
            "Take a briefing, a version of it, a pack or an edition back from everybody who holds it.",
            "pipeline.services.colleges.recall:verb",
        ),
        "settle": (
            "Say that deliveries were sent, or were not: printed copies, and those whose outcome is unknown.",
            "pipeline.services.colleges.settle:verb",
        ),
    },
    hooks={
        "lists": {"colleges": "pipeline.model.source.college:Colleges"},
        "library_rules": {"organisations": "pipeline.services.colleges.recipients:organisations_of_colleges_exist"},
        "pack_rules": {"recipients": "pipeline.services.colleges.recipients:recipients_are_colleges"},
        "printed_words": {"colleges": "pipeline.services.colleges.recipients:printed_words"},
        "languages": {"colleges": "pipeline.services.colleges.recipients:languages"},
        "checks": {"ledger": "pipeline.services.colleges.ledger:check_ledger"},
        "settings": {"deliveries": "pipeline.model.source.college:DeliverySettings"},
        "public_keys": {"deliveries": "pipeline.services.colleges.signing_keys:list_public_keys"},
        "gates": {"copies": "pipeline.services.colleges.delivery_checks:check_copies_of_issue"},
        "holders": {"colleges": "pipeline.services.colleges.holdings:find_holders"},
        "identify": {"copies": "pipeline.services.colleges.parcel_check:KnownCopies"},
        "notices": {"recalls": "pipeline.services.colleges.recalls:RecallStates"},
        "recipients": {"colleges": "pipeline.services.colleges.recipients:describe_recipients"},
        "site_files": {"check": "pipeline.services.colleges.parcels:render_site_files"},
    },
    withdrawn={
        "disclose": "'briefings holdings', 'briefings record' and 'briefings ledger' show what is on record.",
        "replace": "Send whole copies of the new edition: 'briefings deliver PACK'.",
    },
)
