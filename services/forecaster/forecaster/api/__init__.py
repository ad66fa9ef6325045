"""HTTP routes. Thin: they check, call storage, and shape the answer."""
