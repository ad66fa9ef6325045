"""The planner's work on forecasts: overrides, which run is live, how runs differ, what needs attention."""
