"""Tables and queries of the forecaster's schema."""
