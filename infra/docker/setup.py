"""`python -m infra.docker.setup`: compose's first job. Roles and schemas, then topics; safe to repeat.

Each service's own migrations follow as jobs of their own, since an image holds one service only.
"""

import os
import sys

from chassis.__main__ import main as chassis

from infra.launcher.databases import SERVICES, create_databases


def main() -> int:
    """Creates what the services stand on."""
    passwords = {service: os.environ[f"{service.upper()}_DATABASE_PASSWORD"] for service in SERVICES}
    create_databases(os.environ["ADMIN_DATABASE_URL"], passwords)
    print(f"roles and schemas: {', '.join(passwords)}")
    sys.argv[1:] = ["create-topics"]
    return chassis()


if __name__ == "__main__":
    raise SystemExit(main())
