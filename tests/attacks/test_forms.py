"""Forms that no browser sends, to all that takes files: refused as a problem, nothing begun, nobody disturbed."""

from typing import Any

import pytest

from tests.attacks.asker import Asker
from tests.attacks.conftest import Whole

PATHS = ("/api/imports", "/api/imports/preview", "/api/shop-imports/products", "/api/shop-imports/stock/preview")
END = b"--x--\r\n"


def field(name: bytes, value: bytes, more: bytes = b"") -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n' % (name, more, value)


def file(value: bytes = b"a,b\n1,2\n", name: bytes = b"a.csv") -> bytes:
    return field(b"file", value, b'; filename="%b"' % name)


FORMS = {
    "ten thousand fields": b"".join(field(b"a%d" % number, b"") for number in range(10_000)) + END,
    "ten thousand files": b"".join(file(b"") for _ in range(10_000)) + END,
    "no end": file(),
    "cut in a header": b"--x\r\nContent-Dispo",
    "no disposition": b"--x\r\n\r\nabc\r\n" + END,
    "a name of a megabyte": file(name=b"a" * 1_000_000) + END,
    "headers without end": b"--x\r\n" + b"X-A: b\r\n" * 50_000,
    "forms in forms": b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n" + END,
    "a disposition of bytes": b"--x\r\nContent-Disposition: form-data; name=\xff\xfe\r\n\r\nx\r\n" + END,
    "the file as a field": field(b"file", b"a,b") + END,
    "a mapping that is none": file() + field(b"mapping", b"\xff") + END,
    "a mapping of surrogates": file() + field(b"mapping", b'{"\\ud800": "\\ud800"}') + END,
    "a deep mapping": file() + field(b"mapping", b"[" * 5000 + b"]" * 5000) + END,
    "a mapping of two megabytes": file() + field(b"mapping", b"x" * 2_000_000) + END,
    "a name with NUL": file(name=b"a\x00.csv") + field(b"mapping", b"[]") + END,
    "a name that climbs": file(name=b"../../../etc/passwd") + field(b"mapping", b"[]") + END,
    "lines without CR": (file() + END).replace(b"\r\n", b"\n"),
    "nothing": b"",
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_that_no_browser_sends_is_refused_as_a_problem(whole: Whole, asker: Asker, kind: str) -> None:
    asker.wrong.clear()
    for path in PATHS:
        answer = send(asker, path, FORMS[kind])
        assert (answer.status_code // 100, answer.headers["content-type"]) == (4, "application/problem+json"), path
        assert answer.json()["detail"]
    asker.must_still_be_answered()
    with whole.databases["sales"].snapshot() as connection:
        begun = connection.exec_driver_sql("SELECT count(*) FROM job").scalar_one()
    assert asker.wrong == [] and begun == 0


@pytest.mark.parametrize(
    "said", ["multipart/form-data", "multipart/form-data; boundary=", "Multipart/Form-Data; boundary=y"]
)
def test_a_form_without_its_boundary_is_refused_however_its_type_is_written(asker: Asker, said: str) -> None:
    for path in PATHS:
        assert send(asker, path, file() + END, said).status_code == 400, path


def send(asker: Asker, path: str, form: bytes, said: str = "multipart/form-data; boundary=x") -> Any:
    """The answer to a form."""
    return asker._client.post(path, content=form, headers={"content-type": said})
