"""Observations as tables of regions, years and indicators. Pure: records in, records out."""
