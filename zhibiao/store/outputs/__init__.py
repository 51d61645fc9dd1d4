"""What the stages make: saved, published to readers, grouped by print, checked and forgotten.

Owns the texts, the extractions with their observations, the publications and the text index.
"""
