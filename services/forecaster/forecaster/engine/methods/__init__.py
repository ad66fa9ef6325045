"""Forecasting methods. A method is one class in one file that says its name, reference, use and cost; see registry."""
