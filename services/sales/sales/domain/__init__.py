"""Rules of the ledger and of files: pure, no FastAPI, SQLAlchemy or Kafka."""
