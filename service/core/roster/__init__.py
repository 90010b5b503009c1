"""Rosters: sheets, columns, rows and cells, understood and told."""
