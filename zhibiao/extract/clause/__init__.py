"""What a sentence has spoken of so far."""
