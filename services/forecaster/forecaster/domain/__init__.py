"""The rules of the forecaster. Pure: no HTTP, no SQL, no Kafka."""
