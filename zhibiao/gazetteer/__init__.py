"""The places of China that give reports: names, codes, superiors, former names."""
