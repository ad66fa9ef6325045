"""What sales consumes."""
