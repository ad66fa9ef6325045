"""What auth consumes."""
