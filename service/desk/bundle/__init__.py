"""Bundles: documents and uploads become one numbered, bookmarked PDF."""
