"""Make the catalogue of the library as a web site."""

from pipeline.core.services import Service

SERVICE = Service(
    "site",
    reads=("editions",),
    verbs={
        "site": (
            "Make the catalogue of the library: a site of what was built, with search, feeds and status pages.",
            "pipeline.cli.catalogue.site:verb",
        ),
    },
    hooks={
        "settings": {"site": "pipeline.site.settings:SiteSettings"},
        "catalogue_address": {"site": "pipeline.site.shown:catalogue_address"},
    },
)
