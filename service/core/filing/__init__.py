"""Filing: numbers given out, what is checked before handing over, and what a package says."""
