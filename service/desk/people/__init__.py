"""People: signed in and out, added, disabled; who has to do with what; the audit trail."""
