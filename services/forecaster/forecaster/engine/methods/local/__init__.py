"""Methods that look at one series alone, compiled: one class a file, found by the registry."""
