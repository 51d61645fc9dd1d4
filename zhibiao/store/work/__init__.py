"""Work: documents on their way through runs, who holds each of them, and how far they are.

Owns the rows of runs, work and sources, the queue's leases, and the counts and paces of runs.
"""
