"""One gradient-boosted model for all series: sampling, losses, anchored boosters, quantiles, fast trees."""
