"""Documents: drafted, checked, made, and what became of them."""
