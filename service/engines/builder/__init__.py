"""Building Word templates from layouts (python-docx)."""
