"""Serves the built dashboard."""

from pathlib import Path

from chassis.failures import not_found
from chassis.security import public
from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse


def router(folder: Path) -> APIRouter:
    """The files of `folder`; an unknown page is the dashboard's own to route."""
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(public)])
    root = folder.resolve()

    @routes.api_route("/{path:path}", methods=["GET", "HEAD"])
    def dashboard(path: str) -> FileResponse:
        if "\x00" in path:
            raise not_found("This page")
        file = (root / path).resolve()
        if path and file.is_relative_to(root) and file.is_file() and not path.startswith("."):
            # Built assets carry a hash of their content in the name.
            kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={"Cache-Control": kept})
        index = root / "index.html"
        if path.startswith(("assets/", "api/")) or not index.is_file():
            raise not_found(f"/{path}")
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    return routes
