"""What requests and answers look like, one module a noun; the source of the OpenAPI page."""
