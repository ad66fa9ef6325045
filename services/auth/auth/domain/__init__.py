"""Rules of identity: pure, no FastAPI, SQLAlchemy or Kafka."""
