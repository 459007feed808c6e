"""Make the catalogue of the library as a web site."""

from pipeline.core.services import Service, Verb

SERVICE = Service(
    "site",
    reads=("editions",),
    verbs={
        "site": Verb(
            "Build", "Build a web site of the library, with search and feeds.", "pipeline.services.site.site:verb", ""
        ),
    },
    hooks={
        "settings": {"site": "pipeline.services.site.settings:SiteSettings"},
        "catalogue_address": {"site": "pipeline.services.site.catalogue:catalogue_address"},
    },
)
