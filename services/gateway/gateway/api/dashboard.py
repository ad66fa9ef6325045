"""Serves the built dashboard, compressed for whoever takes it so: with Brotli as its build packed it, else with gzip.

Fonts and pictures are compressed already.
"""

import gzip
from functools import lru_cache
from pathlib import Path

from chassis.failures import not_found
from chassis.security import public
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse

COMPRESSED = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml", ".json": "application/json", ".webmanifest": "application/manifest+json",
}  # fmt: skip


def router(folder: Path) -> APIRouter:
    """The files of `folder`; an unknown page is the dashboard's own to route."""
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(public)])
    root = folder.resolve()

    @routes.api_route("/{path:path}", methods=["GET", "HEAD"])
    def dashboard(path: str, request: Request) -> Response:
        file = _file(root, path)
        if file is not None:
            # Built assets carry a hash of their content in the name.
            kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return _answer(file, kept, request)
        index = root / "index.html"
        if path.startswith(("assets/", "api/")) or not index.is_file():
            raise not_found(f"/{path}")
        return _answer(index, "no-cache", request)

    return routes


def _file(root: Path, path: str) -> Path | None:
    """The file of that name in the folder, if a file can be called so and there is one."""
    if not path or path.startswith("."):
        return None
    try:
        file = (root / path).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except (OSError, ValueError):  # longer than names may be, or with a NUL
        return None


def _answer(file: Path, kept: str, request: Request) -> Response:
    headers = {"Cache-Control": kept}
    kind = COMPRESSED.get(file.suffix)
    if kind is None:
        return FileResponse(file, headers=headers)
    headers["Vary"] = "Accept-Encoding"
    accepted = request.headers.get("Accept-Encoding", "")
    packed = file.with_name(f"{file.name}.br")
    if _takes("br", accepted) and packed.is_file():
        return FileResponse(packed, media_type=kind, headers=headers | {"Content-Encoding": "br"})
    if not _takes("gzip", accepted):
        return FileResponse(file, headers=headers)
    content = _gzipped(file, file.stat().st_mtime_ns)
    return Response(content, headers=headers | {"Content-Encoding": "gzip", "Content-Type": kind})


def _takes(coding: str, accepted: str) -> bool:
    """Whether a coding is among what a client says it takes, and not with the weight nothing."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in (coding, "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@lru_cache(maxsize=256)
def _gzipped(file: Path, changed: int) -> bytes:
    """The file, compressed as well as can be: done once, since built files do not change."""
    return gzip.compress(file.read_bytes(), 9, mtime=0)
