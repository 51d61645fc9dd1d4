"""Who may call the service: users, API keys, log-ins, and the audit log of what they did."""
