"""Durable jobs by DBOS, and DBOS nowhere else: the line of chunks, and the worker that takes them.

Our rows are the truth; the engine only remembers which chunk is owed to whom. Every body may run
twice and none the worse, so that the work of a dead worker is simply begun again.
"""
