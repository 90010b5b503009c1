"""Benchmarks: ours beside the usual ways, side by side in one run. Never a timed test."""
