"""Build a library on GitHub, GitLab or Forgejo."""

from pipeline.core.services import Service

SERVICE = Service(
    "hosting",
    verbs={
        "compare": (
            "Build what reads otherwise than in another copy of the library, and write an account of it.",
            "pipeline.services.hosting.compare:compare_verb",
        ),
        "host": (
            "Write the files by which GitHub, GitLab or Forgejo builds a library: workflows, a container, a hook.",
            "pipeline.services.hosting.host:host_verb",
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
