"""Chinese as officials write it: numerals, dates, the five-year plans, simplified characters."""
