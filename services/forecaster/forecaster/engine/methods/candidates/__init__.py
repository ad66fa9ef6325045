"""Methods fitted series by series, milliseconds or more each: one class a file, found by the registry."""
