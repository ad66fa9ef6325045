"""What catalog consumes and publishes."""
