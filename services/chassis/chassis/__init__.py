"""What every Almanac service needs and no domain owns."""
