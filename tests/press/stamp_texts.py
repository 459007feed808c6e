"""One text for every place that a stamp may have."""

from pipeline.model.manuscript import StampText

TEXTS = (
    StampText("head-date", "26/04/2024"),
    StampText("head-title", "Police-led interventions: what is effective?"),
    StampText("status", "SAMPLE · DRAFT"),
    StampText("foot-id", "police-led-interventions · Version 1.0"),
    StampText("folio", "Page 1 of 12"),
    StampText("produced", "This copy produced 26 April 2024"),
)
