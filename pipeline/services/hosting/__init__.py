"""Build a library on GitHub, GitLab or Forgejo."""

from pipeline.core.services import Service, Verb

SERVICE = Service(
    "hosting",
    verbs={
        "compare": Verb(
            "Machine",
            "Build texts that differ from another copy of the library.",
            "pipeline.services.hosting.compare:compare_verb",
            "../main changed",
        ),
        "host": Verb(
            "Machine",
            "Write the files to build the library on a code host.",
            "pipeline.services.hosting.host:host_verb",
            "github",
        ),
    },
    hooks={
        "forms": {
            "github": "pipeline.services.hosting.reports:report_annotations",
            "gitlab": "pipeline.services.hosting.reports:report_code_quality",
        },
        "new_options": {"host": "pipeline.services.hosting.host:new_options"},
        "new_files": {"host": "pipeline.services.hosting.host:new_files"},
    },
)
