"""The activity: its profile, the papers it owes, what waits for whom, copies for next year."""
