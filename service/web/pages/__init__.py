"""The pages, a few routes a file; each only translates."""
