"""The ledger of an activity: tasks taken over from its plan, carried on, printed, exchanged."""
