"""What can be done asynchronously: the stages, the dispatcher, the upkeep."""
