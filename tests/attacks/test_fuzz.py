"""What the OpenAPI allows and forbids, made by schemathesis for each route: no 5xx, every error a problem."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.attacks.asker import LEFT_OUT, Asker

EXAMPLES = 3
SENT = ("params", "headers", "content", "json")


@pytest.mark.timeout(900)
def test_what_the_openapi_allows_and_forbids_is_answered(asker: Asker, document: dict[str, Any]) -> None:
    asker.sent, asker.wrong = 0, []
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()
        if operation.path in LEFT_OUT:
            continue

        @given(case=st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode]))
        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        def attempt(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url="")
            content = sent.pop("data", None)
            if isinstance(content, str | bytes):
                sent["content"] = content
            # whoever is let in is asked about; who is not stands in test_permissions
            sent["headers"] = {n: v for n, v in (sent.get("headers") or {}).items() if n.lower() != "authorization"}
            asker.ask(case.method, sent["url"], **{name: sent[name] for name in SENT if name in sent})

        attempt()
        asker.must_still_be_answered()
    assert asker.sent > 200 and asker.wrong == []
