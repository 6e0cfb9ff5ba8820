"""Style sheets as they are served: one request, although their source is in two files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What is put in front of a sheet when static files are collected.
JOINED = {"css/public.css": "css/tokens.css"}


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Joins the tokens to the sheet that uses them, so that a page needs one request less (W8).

    While developing they are served from where they stand, apart.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """Join first, then name by content and compress."""
        if not dry_run:
            paths = {**paths, **dict(self._joined(paths))}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _joined(self, paths: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, str]]]:
        for name, first in JOINED.items():
            if name in paths:
                whole = _read(paths, first) + "\n" + _read(paths, name)
                Path(self.path(name)).write_text(whole, "utf-8")
                yield name, (self, name)


def _read(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode("utf-8")


def sheets_are_joined() -> bool:
    """Whether pages find the tokens inside the sheets, or have to ask for them."""
    is_ours = isinstance(staticfiles_storage, JoinedStaticFilesStorage)
    return is_ours and not settings.DEBUG
