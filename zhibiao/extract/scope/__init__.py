"""Whether a figure is of the region as a whole or of a part."""
