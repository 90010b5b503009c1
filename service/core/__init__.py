"""The pure core: standard library and pydantic only (README.md states the rule)."""
