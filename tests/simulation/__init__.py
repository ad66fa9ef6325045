"""The backbone under a seeded scheduler: the real relay and consumer loop over a log, a database and a clock in memory.

Every step may be followed by a crash, a pause, a lost connection, a lost report or another process. A seed decides
everything, so a failing seed fails again.
"""
