"""Demand history, training, forecasts, accuracy and what needs attention."""
