"""Measured claims: each module prints figures, as ratios measured in one run where it can."""
