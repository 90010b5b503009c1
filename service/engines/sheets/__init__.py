"""Spreadsheets: read in a child process, written for handing out."""
