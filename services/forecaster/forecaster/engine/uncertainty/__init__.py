"""The distribution around a forecast: conformal and learned quantiles, correlation, sums from joint paths."""
