"""Looks inside a file that somebody sent, in a child process with little memory and time.

Imports nothing of Django, so that the child starts quickly:
`python -m core.inspection KIND SOURCE CLEANED` prints "ok" or a reason (SEC-U1, U3, U4, U7).
"""

import sys
from pathlib import Path

MEMORY = 1 << 30
CPU_SECONDS = 60
PIXELS = 50_000_000
PAGES = 200
SIGNATURES = {
    "pdf": (b"%PDF-",),
    "jpg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
}
FORBIDDEN = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/XFA")


def kind_of(head: bytes) -> str:
    """Kind by the first bytes: "pdf", "jpg", "png" or empty."""
    for kind, starts in SIGNATURES.items():
        if head.startswith(starts):
            return kind
    return ""


def inspect_pdf(source: Path, cleaned: Path) -> str:
    """Reason to refuse a PDF, or "ok". The file is kept byte for byte."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(source, strict=False)
        if reader.is_encrypted:
            return "encrypted"
        if len(reader.pages) > PAGES:
            return "too_many_pages"
        if len(reader.pages) == 0:
            return "damaged"
        active = any(_is_active(reader.get_object(number)) for number in _numbers(reader))
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError):
        return "damaged"
    if active:
        return "active"
    cleaned.write_bytes(source.read_bytes())
    return "ok"


def _numbers(reader) -> list[int]:
    numbers = {number for table in reader.xref.values() for number in table}
    return sorted((numbers | set(reader.xref_objStm)) - {0})


def _is_active(thing, depth: int = 0) -> bool:
    if depth > 40:
        return True
    if isinstance(thing, dict):
        names = {str(name) for name in thing}
        kinds = {str(thing.raw_get(name)) for name in ("/S", "/Type") if name in thing}
        if (names | kinds) & set(FORBIDDEN):
            return True
        return any(_is_active(thing.raw_get(name), depth + 1) for name in thing)
    if isinstance(thing, list):
        return any(_is_active(each, depth + 1) for each in list.__iter__(thing))
    return False


def inspect_image(source: Path, cleaned: Path, kind: str) -> str:
    """Reason to refuse an image, or "ok" with its pixels drawn anew, upright, without metadata."""
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    form = {"jpg": "JPEG", "png": "PNG"}[kind]
    try:
        with Image.open(source, formats=[form]) as image:
            if image.width * image.height > PIXELS:
                return "too_large_image"
            image.load()
            upright = ImageOps.exif_transpose(image)
            wanted = "RGB" if form == "JPEG" or upright.mode not in ("L", "RGB", "RGBA") else None
            pixels = upright.convert(wanted) if wanted else upright
            fresh = Image.new(pixels.mode, pixels.size)
            fresh.paste(pixels)
            fresh.save(cleaned, form, **({"quality": 90} if form == "JPEG" else {}))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return "too_large_image"
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError):
        return "damaged"
    return "ok"


def main(kind: str, source: str, cleaned: str) -> str:
    """What the child process does."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    except ImportError:
        print("no limits on this system", file=sys.stderr)
    try:
        if kind == "pdf":
            return inspect_pdf(Path(source), Path(cleaned))
        return inspect_image(Path(source), Path(cleaned), kind)
    except MemoryError:
        return "too_heavy"


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
