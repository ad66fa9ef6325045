"""The local launcher behind `./almanac`: one command brings up the whole system, real parts included.

`cli`, `commands`, `bootstrap`, `console`, `errors` and `paths` import the standard library only, because they run
before the project's environment exists.
"""
