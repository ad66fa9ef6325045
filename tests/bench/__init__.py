"""Benchmarks: `./almanac bench NAME`."""
