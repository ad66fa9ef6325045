"""What runs Almanac: the local launcher, container files, tools around the system."""
