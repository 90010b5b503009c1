"""PDF (pypdf): joined, numbered, labelled, bookmarked."""
