"""Style sheets are served whole (W8): one request, with the tokens inside."""

import gzip
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings


def test_sheet_is_served_with_what_it_imports(tmp_path, settings):
    """W8: tokens in front, fonts found by their hashed names, compressed."""
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "core.static_files.JoinedStaticFilesStorage"}
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=str(tmp_path)):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)  # the second time as well
        served = Path(tmp_path, staticfiles_storage.stored_name("css/public.css"))

    sheet = served.read_text("utf-8")
    assert "--ground: #" in sheet
    assert 'url("../fonts/commissioner-400.' in sheet
    assert gzip.decompress(Path(f"{served}.gz").read_bytes()).decode() == sheet
