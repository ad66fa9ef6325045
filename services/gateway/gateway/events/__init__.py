"""What the gateway reads of the log."""
