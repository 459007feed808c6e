"""A document for comment that came back: what its reviewers changed, and how that is carried to the source."""
