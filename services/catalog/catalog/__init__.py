"""Products, locations, prices, promotions, calendar, stock, replenishment."""
