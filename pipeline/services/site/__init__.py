"""Make the catalogue of the library as a web site."""

from pipeline.core.services import Service

SERVICE = Service(
    "site",
    reads=("editions",),
    verbs={
        "site": (
            "Make the catalogue of the library: a site of what was built, with search, feeds and status pages.",
            "pipeline.services.site.site:verb",
        )
    },
    hooks={
        "settings": {"site": "pipeline.services.site.settings:SiteSettings"},
        "catalogue_address": {"site": "pipeline.services.site.catalogue:catalogue_address"},
    },
)
