"""The planner's work on forecasts: overrides, accuracy, promotion of runs, what needs attention."""
