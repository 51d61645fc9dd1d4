"""The schema's history: expand, deploy, contract."""
