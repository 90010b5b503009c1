"""A template's ODT twin: composites that LibreOffice reads faster."""
