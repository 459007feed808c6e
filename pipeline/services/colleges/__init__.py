"""Send copies of issued editions to colleges, and keep the ledger of them."""

from pipeline.core.services import Service, Verb

SERVICE = Service(
    "colleges",
    reads=("editions",),
    files=("copies.csv", "ledger.csv"),
    records=("ledger.csv",),
    verbs={
        "acknowledge": Verb(
            "Colleges",
            "Record a college's answer to a delivery or recall.",
            "pipeline.services.colleges.acknowledge:verb",
            "7CDSX4 --how received",
        ),
        "copies": Verb(
            "Colleges",
            "Prepare the copies of an edition for colleges and printer.",
            "pipeline.services.colleges.copies:verb",
            "drug-crimes",
        ),
        "deliver": Verb(
            "Colleges",
            "Deliver an issued edition to its colleges, each only once.",
            "pipeline.services.colleges.deliver:verb",
            "drug-crimes --dry-run",
        ),
        "holdings": Verb(
            "Colleges",
            "List which college holds which edition.",
            "pipeline.services.colleges.holdings_report:verb",
            "--college fellbrook-learning-unit",
        ),
        "key": Verb(
            "Colleges", "Make a key to sign deliveries with.", "pipeline.services.colleges.signing_keys:verb", "new"
        ),
        "ledger": Verb(
            "Colleges",
            "Check or copy the ledger of deliveries.",
            "pipeline.services.colleges.ledger:verb",
            "check",
        ),
        "recall": Verb(
            "Colleges",
            "Recall a text, pack or edition from all who hold it.",
            "pipeline.services.colleges.recall:verb",
            "hot-spots-policing --dry-run",
        ),
        "settle": Verb(
            "Colleges",
            "Record that deliveries were sent, or were not.",
            "pipeline.services.colleges.settle:verb",
            "7CDSX4 --sent",
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
