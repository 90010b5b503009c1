"""Layouts: the closed list of blocks, checked against a form."""
