"""What people say of reports: corrected metadata, corrected observations, reports read in full.

Kept apart from what the stages find, and laid over it, so that it outlives every extraction.
"""
