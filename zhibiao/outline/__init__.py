"""How a report is laid out: front matter, headings, and what each part is about."""
