"""No log line holds a credential, whatever it stands in; all else stays as it was said."""

import json
import subprocess
import sys
from typing import Any

import pytest
from chassis.redaction import REDACTED, redacted
from hypothesis import given
from hypothesis import strategies as st

HIDDEN = "s3cr3t-Zq9-value"
SIGNED = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"

# A place in a structure, around what lies there.
around = st.sampled_from([
    lambda found: {"deep": found}, lambda found: [1, found], lambda found: (found, 1), lambda found: {"a": {"b": found}}
])  # fmt: skip
named = st.sampled_from(
    ["password", "ALMANAC_CLIENT_SECRET", "refresh_token", "Authorization", "set-cookie", "api_key"]
)
texts = st.sampled_from([
    f"cannot connect to postgresql://almanac:{HIDDEN}@127.0.0.1:5432/sales", f"Authorization: Bearer {HIDDEN}",
    f"host=127.0.0.1 user=almanac password={HIDDEN} dbname=sales", f"GET /x?token={HIDDEN}&page=2",
    f"got fk_live_ab_{HIDDEN}",
    f"refused: {SIGNED}", f"password: '{HIDDEN} and more'",
])  # fmt: skip


@given(st.one_of(named.map(lambda name: {name: HIDDEN}), texts), st.lists(around, max_size=4))
def test_a_credential_is_gone_however_deep_it_lies(secret: Any, places: list[Any]) -> None:
    for place in places:
        secret = place(secret)
    written = json.dumps(redacted(secret))
    assert REDACTED in written
    assert not [one for one in (HIDDEN, "Zq9", "c2lnbmF0dXJl") if one in written]


@pytest.mark.parametrize(
    "said",
    ["sku LAMP-1 was sold 3 times at 2.50", "https://example.com/a?b=c", "the tokens ran out", "kafka:9092", 5, None,
     2.5, {"sku": "A", "quantities": [1, 2]}],
)  # fmt: skip
def test_what_is_no_credential_stays(said: Any) -> None:
    assert redacted(said) == said


def test_a_line_of_any_logger_and_of_a_fault_holds_none() -> None:
    program = (
        "import logging; from chassis import logs; logs.configure('sales', 'api', 'INFO'); log = logs.logger('x')\n"
        f"try: raise ValueError('postgresql://almanac:{HIDDEN}@db/sales')\n"
        "except ValueError as error:\n"
        f"    log.exception('failed', error=error, sent={{'authorization': 'Bearer {HIDDEN}'}}, password='{HIDDEN}')\n"
        f"    logging.getLogger('other').warning('to %s', 'postgresql://almanac:{HIDDEN}@db/sales')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) == 2 and "Traceback" in lines[0]["exception"]
    assert HIDDEN not in done.stderr
