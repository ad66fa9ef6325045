"""Tables and rules: pure, no FastAPI, no client, no Kafka."""
