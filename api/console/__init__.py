"""The web console: pages for people, made here and needing nothing from elsewhere."""
