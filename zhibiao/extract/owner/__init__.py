"""Which indicator a number belongs to."""
