"""The fixtures `kafka`, `postgres`, `database_url` … for every test of the project: see tests/fixtures.py."""

pytest_plugins = ("tests.fixtures",)
