"""What the two servers share: finding programs in wheels, logs, temporary folders, stopping."""

import contextlib
import importlib.util
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

START_SECONDS = 60
STOP_SECONDS = 15
STALE_FOLDER_SECONDS = 24 * 3600
LOG_BYTES_KEPT = 5_000_000


class ServiceError(RuntimeError):
    """A server cannot be started here; the text says why and what helps."""


def package_folder(name: str) -> Path | None:
    """Where a wheel was installed, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def sweep_stale_folders(prefix: str) -> None:
    """Remove what a killed test run left in the temporary folder more than a day ago."""
    for folder in Path(tempfile.gettempdir()).glob(prefix + "*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > STALE_FOLDER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def open_log(path: Path) -> IO[bytes]:
    """Append to a log file, beginning anew when it has grown large."""
    path.parent.mkdir(parents=True, exist_ok=True)
    too_large = path.exists() and path.stat().st_size > LOG_BYTES_KEPT
    return path.open("wb" if too_large else "ab")


def stop(process: "subprocess.Popen[bytes] | None", word: signal.Signals) -> None:
    """End one of our servers: kindly, then by force."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(word)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
