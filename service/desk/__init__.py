"""The use cases, one file each, readable top to bottom as the order of work."""
