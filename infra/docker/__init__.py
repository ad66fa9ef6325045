"""What runs inside the containers beside the services."""
