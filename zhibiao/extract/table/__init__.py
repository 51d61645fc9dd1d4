"""Tables of indicators: which lines are their rows, and what each cell says."""
