"""Batches that are kept: planned, made chunk by chunk behind the page, handed out."""
