"""Rosters: read, kept, mended row by row."""
