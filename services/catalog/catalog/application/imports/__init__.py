"""A shop's files but its sales: looked at, run, followed, undone. One file a kind; the machinery knows none by name."""
