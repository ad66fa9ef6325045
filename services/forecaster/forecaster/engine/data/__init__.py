"""Data frames to a panel of series as it stood at a cutoff: periods, calendar, regressors, openings, groups."""
