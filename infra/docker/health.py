"""`python -m infra.docker.health PORT`: compose's health check; the image has no curl."""

import sys
import urllib.request

with urllib.request.urlopen(f"http://127.0.0.1:{int(sys.argv[1])}/readyz", timeout=4) as answer:
    raise SystemExit(answer.status != 200)
