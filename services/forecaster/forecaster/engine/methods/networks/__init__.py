"""Methods that one training teaches all series: one class a file, found by the registry."""
