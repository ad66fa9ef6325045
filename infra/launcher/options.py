"""What several commands take: the folder of the system that they act on, before or after a subcommand's name."""

import argparse
from pathlib import Path

from infra.launcher.paths import ROOT


def data_option(*, inner: bool = False) -> argparse.ArgumentParser:
    """`--data DIR` as a parent; `inner` for subcommands, so that their silence leaves what was said before."""
    parent = argparse.ArgumentParser(add_help=False)
    default = argparse.SUPPRESS if inner else ROOT / ".almanac"
    parent.add_argument("--data", type=Path, default=default, metavar="DIR", help="the system's folder")
    return parent
