"""HTTP: what the gateway answers itself, and what it hands to the services."""
