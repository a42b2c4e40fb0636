"""Pictures and documents for the tests, drawn here; none is anybody's photo."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy
from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = b"30.12345 SECRET PLACE"


def scene(width: int = 640, height: int = 480, *, noise: int = 0, seed: int = 1) -> Image.Image:
    """A colourful picture; with noise it compresses as badly as a real photo."""
    draw = numpy.random.default_rng(seed)
    small = Image.fromarray(draw.integers(0, 255, (12, 16, 3), dtype=numpy.uint8))
    picture = small.resize((width, height), Image.Resampling.BICUBIC)
    if noise:
        pixels = numpy.asarray(picture).astype(numpy.int16)
        pixels += draw.normal(0, noise, (height, width, 1)).astype(numpy.int16)
        picture = Image.fromarray(pixels.clip(0, 255).astype(numpy.uint8))
    return picture


def jpeg(picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", **options)
    return out.getvalue()


def telling_jpeg(orientation: int = 6) -> bytes:
    """A JPEG that says everything about its sender: EXIF with position, XMP, a comment, and bytes after its end."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif[0x8825] = {1: "N", 2: (28.0, 7.0, 33.0), 3: "E", 4: (121.0, 13.0, 5.0), 29: SECRET.decode()}
    xmp = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    content = jpeg(scene(), exif=exif, xmp=xmp, comment=SECRET, icc_profile=SECRET)
    return content + b"<script>" + SECRET + b"</script>"


def telling_png() -> bytes:
    out, said = io.BytesIO(), PngInfo()
    said.add_text("Comment", SECRET.decode())
    said.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=True)
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    scene().save(out, "PNG", pnginfo=said, exif=exif)
    return out.getvalue() + SECRET


def telling_webp() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    scene().save(out, "WEBP", exif=exif, xmp=SECRET)
    return out.getvalue() + SECRET


def telling_heic() -> bytes:
    """What a phone writes: 160 by 96 with red at the top left, EXIF with a position, XMP. Drawn by us with libheif 1.23 and x265."""
    return (Path(__file__).parent / "phone.heic").read_bytes()


def telling_avif() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    scene().save(out, "AVIF", exif=exif, xmp=SECRET)
    return out.getvalue()


def moving_gif() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], comment=SECRET)
    return out.getvalue()


def png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred kilobytes that unpacks to gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 20_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def package(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx() -> bytes:
    from openpyxl import Workbook

    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def docx(extra: dict[str, bytes] | None = None, types: bytes = b"<Types/>") -> bytes:
    return package({"[Content_Types].xml": types, "word/document.xml": b"<w:document/>", **(extra or {})})
