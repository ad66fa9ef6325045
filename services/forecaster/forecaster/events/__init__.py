"""What the forecaster consumes and publishes."""
