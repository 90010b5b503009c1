"""Word templates: proved once, compiled once, filled fast."""
