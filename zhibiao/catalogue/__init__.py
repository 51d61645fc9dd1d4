"""The indicators: their names, kinds and units, read from TOML files."""
