"""Tables and queries of catalog."""
