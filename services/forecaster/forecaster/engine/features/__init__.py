"""What the pooled model sees of a row (series, origin, step): one family of features a file, names beside kernels."""
