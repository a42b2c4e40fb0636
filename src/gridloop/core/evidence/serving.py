"""With which headers a stored file is handed out, so that no browser runs or guesses at it."""

from urllib.parse import quote

from gridloop.core.evidence.models import File


def headers_of(file: File) -> dict[str, str]:
    """Photos are shown in place; everything else is only ever saved. Both alone, sandboxed, and never sniffed."""
    shown = "inline" if file.width else "attachment"
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name or 'file', safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
        "ETag": f'"{file.digest}"',
    }
