"""The routes under /v1, one module a noun."""
