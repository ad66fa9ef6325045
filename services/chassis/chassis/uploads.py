"""Files that come in as a request's body, or as the field `file` of a form; never more of one than the limit."""

import tempfile
from typing import BinaryIO, NamedTuple, cast

from fastapi import Request
from starlette.datastructures import UploadFile

from chassis.failures import TooLarge, invalid

_FORM_BYTES = 1024 * 1024  # of a form beside its file: the mapping, and what frames the fields


def bound(path: str, most_mb: int) -> dict[str, int]:
    """What `create_api` is told of a path that takes files."""
    return {path: most_mb * 1024**2 + _FORM_BYTES}


class Upload(NamedTuple):
    """A file that its taker closes, its name if it has one, and what stood beside it in the form's field `mapping`."""

    file: BinaryIO
    name: str | None = None
    mapping: str | None = None


async def received(request: Request, limit: int) -> Upload:
    """The file that the request brings. Raises TooLarge above `limit` bytes."""
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        form = await request.form()
        upload, mapping = form.get("file"), form.get("mapping")
        if not isinstance(upload, UploadFile):
            raise invalid("file", "send the file in the field `file`, or as the body", "missing")
        if (upload.size or 0) > limit:
            raise _too_large(limit)
        return Upload(upload.file, upload.filename, mapping if isinstance(mapping, str) else None)
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=8 * 1024**2))  # noqa: SIM115 - closed by its taker
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        file.write(part)
    return Upload(file)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The file is larger than {limit // 1024**2} MB.", code="too_large")
