"""The edge: each outside program or library has exactly one room here."""
