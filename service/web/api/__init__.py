"""The JSON API under /api/v1: the same desk as the pages, asked by other systems."""
