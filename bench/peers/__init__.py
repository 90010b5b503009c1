"""The other ways of doing the same work, each run by the benchmark itself."""
