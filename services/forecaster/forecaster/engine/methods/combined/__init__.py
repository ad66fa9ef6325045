"""Plain means of local methods, which often beat each: one class a file, found by the registry."""
