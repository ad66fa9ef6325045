"""The one REST face of Almanac, its live stream, and the server of the dashboard. It has no database."""
