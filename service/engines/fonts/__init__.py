"""Fonts: which serve, what they hold, what a PDF used."""
