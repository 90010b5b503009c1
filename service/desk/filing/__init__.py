"""Filing: numbers given out, papers handed over, packages that can be verified."""
