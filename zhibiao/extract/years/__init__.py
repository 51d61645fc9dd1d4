"""Which years a figure refers to, and whether it is an outturn or a target."""
