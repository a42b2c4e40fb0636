"""Whatever is sent, only pixels are kept, within bounded memory, or a sentence says what to do."""

import io
import struct
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from gridloop.core.evidence.cleaning import LONGEST_SIDE, CleanPhoto, clean_photo
from gridloop.core.journal.errors import Refusal
from tests.core.evidence import pictures


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize(
    "sent",
    [
        pictures.telling_jpeg(), pictures.telling_png(), pictures.telling_webp(), pictures.telling_heic(), pictures.telling_avif(),
        pictures.moving_gif(),
    ],
)  # fmt: skip
def test_nothing_but_pixels_is_kept(sent: bytes) -> None:
    clean = clean_photo(sent)
    for content in (clean.content, clean.thumbnail):
        picture = opened(content)
        assert picture.format == "JPEG"
        assert not picture.getexif() and "exif" not in picture.info and "xmp" not in picture.info
        assert "comment" not in picture.info and "icc_profile" not in picture.info
        assert b"SECRET" not in content and b"script" not in content and b"GPS" not in content
        assert content.endswith(b"\xff\xd9")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_before_its_exif_goes(orientation: int) -> None:
    upright = Image.new("RGB", (80, 40), "white")
    upright.paste("red", (0, 0, 20, 20))  # red stands top left
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    held = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    clean = clean_photo(pictures.jpeg(held, exif=exif, quality=95))
    picture = opened(clean.content)
    assert (clean.width, clean.height) == picture.size == (80, 40)
    red, _green, blue = picture.getpixel((8, 8))
    assert red > 200 and blue < 80


def test_what_phones_write_is_read_and_kept_as_everybody_can_see_it() -> None:
    clean = clean_photo(pictures.telling_heic())
    assert (clean.width, clean.height, clean.media_type) == (160, 96, "image/jpeg")
    red, green, _blue = opened(clean.content).getpixel((16, 10))
    assert red > 170 and green < 80


def test_a_heic_that_claims_to_be_huge_is_refused_before_it_is_decoded() -> None:
    sent = pictures.telling_heic()
    claimed = sent.replace(struct.pack(">II", 160, 96), struct.pack(">II", 16_000, 9_600))
    assert claimed != sent
    said, megabytes = cleaned_elsewhere(claimed)
    assert said in ("photo_too_many_pixels", "photo_damaged") and megabytes < 150


def test_an_animation_becomes_its_first_frame() -> None:
    red, green, blue = opened(clean_photo(pictures.moving_gif()).content).getpixel((10, 10))
    assert red > 200 and green < 60 and blue < 60


def test_a_transparent_picture_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(clean_photo(out.getvalue()).content).getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
@pytest.mark.parametrize("width", [40, 4000])
def test_every_kind_of_png_is_readable(mode: str, width: int) -> None:
    out = io.BytesIO()
    shade = {"RGBA": (200, 200, 200, 255), "LA": (200, 255), "I;16": 200 * 256, "1": 1}.get(mode, 200)
    picture = (
        Image.new("L", (width, 30), 200).convert("P") if mode == "P" else Image.new(mode, (width, 30), shade)
    )
    picture.save(out, "PNG")
    middle = opened(clean_photo(out.getvalue()).content).convert("L").getpixel((5, 5))
    assert middle >= 195


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    clean = clean_photo(pictures.jpeg(pictures.scene().convert("CMYK")))
    assert opened(clean.content).mode == "RGB"


def test_large_photos_are_stored_smaller_with_a_thumbnail() -> None:
    clean = clean_photo(pictures.jpeg(pictures.scene(3600, 2700)))
    assert max(opened(clean.content).size) == LONGEST_SIDE
    assert opened(clean.thumbnail).size == (480, 360)


def test_a_phone_photo_of_four_megabytes_is_cleaned_in_less_than_300_milliseconds() -> None:
    sent = pictures.jpeg(pictures.scene(4000, 3000, noise=12), quality=86)
    assert 3_500_000 < len(sent) < 5_000_000
    spent = []
    for _ in range(3):
        start = time.process_time()
        clean_photo(sent)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.3


IN_BOUNDS = """
import resource, sys
from gridloop.core.evidence.cleaning import clean_photo
from gridloop.core.journal.errors import Refusal
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    clean = clean_photo(content)
    said = f"{clean.width}x{clean.height}"
except Refusal as refusal:
    said = refusal.code
print(said, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def cleaned_elsewhere(content: bytes) -> tuple[str, int]:
    """What became of it in a process of its own, and how many MB of memory that took at most."""
    done = subprocess.run(
        [sys.executable, "-c", IN_BOUNDS], input=content, capture_output=True, check=True, timeout=60
    )
    said, megabytes = done.stdout.split()
    return said.decode(), int(megabytes)


@pytest.fixture(scope="module")
def hundred_megapixels() -> Image.Image:
    return Image.new("RGB", (11_600, 8_700), (90, 120, 60))


def test_a_photo_of_100_megapixels_is_read_at_a_quarter(hundred_megapixels: Image.Image) -> None:
    said, megabytes = cleaned_elsewhere(pictures.jpeg(hundred_megapixels))
    assert said == "2560x1920"
    assert megabytes < 100


def test_a_progressive_photo_of_100_megapixels_is_refused(hundred_megapixels: Image.Image) -> None:
    said, megabytes = cleaned_elsewhere(pictures.jpeg(hundred_megapixels, progressive=True))
    assert said == "photo_too_many_pixels"
    assert megabytes < 50


@pytest.mark.parametrize("size", [(30_000, 30_000), (60_000, 500), (5_000, 5_000)])
def test_a_png_bomb_is_refused_before_it_unpacks(size: tuple[int, int]) -> None:
    said, megabytes = cleaned_elsewhere(pictures.png_bomb(*size))
    assert said == "photo_too_many_pixels"
    assert megabytes < 50


def test_a_webp_that_claims_to_be_huge_costs_nothing() -> None:
    out = io.BytesIO()
    Image.new("RGB", (16_000, 1_600)).save(out, "WEBP", quality=1, method=0)
    said, megabytes = cleaned_elsewhere(out.getvalue())
    assert said == "photo_too_many_pixels"
    assert megabytes < 100


def test_endless_scans_are_refused() -> None:
    sent = pictures.jpeg(pictures.scene(), progressive=True)
    with pytest.raises(Refusal):
        clean_photo(sent[:-2] + b"\xff\xda\x00\x02" * 300 + b"\xff\xd9")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "photo_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not_a_photo"),
        (b"<!doctype html><script>alert(1)</script>", "not_a_photo"),
        (b"GIF89a/*" + b"*/=1;alert(1)" * 50, "photo_damaged"),
        (b"%PDF-1.7 not a picture", "not_a_photo"),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 64, "photo_damaged"),
        (b"<html>" + pictures.telling_jpeg(), "not_a_photo"),
        (pictures.telling_jpeg()[:4000], "photo_damaged"),
        (b"\xff\xd8\xff" + b"\0" * (32 * 2**20), "photo_too_large"),
        (b"MZ" + b"\0" * 500, "not_a_photo"),
        (b"BM" + b"\0" * 500, "not_a_photo"),
    ],
)
def test_what_is_no_picture_is_refused_with_words(sent: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_photo(sent)
    assert refused.value.code == code
    assert str(refused.value.words).endswith((".", "。"))


def outcome(sent: bytes) -> None:
    try:
        clean = clean_photo(sent)
    except Refusal:
        return
    assert isinstance(clean, CleanPhoto)
    assert opened(clean.content).size == (clean.width, clean.height)


STARTS = [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x00\x01\x00\x00WEBPVP8 ", b""]
WHOLE = [
    pictures.jpeg(pictures.scene(64, 48), progressive=True),
    pictures.telling_png(),
    pictures.telling_heic(),
    pictures.telling_webp(),
    pictures.moving_gif(),
    pictures.telling_jpeg(),
]


@given(some.sampled_from(STARTS), some.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_become_a_picture_or_a_refusal(start: bytes, rest: bytes) -> None:
    outcome(start + rest)


@given(
    some.sampled_from(WHOLE),
    some.lists(some.tuples(some.floats(0, 1), some.integers(0, 255)), min_size=1, max_size=12),
    some.floats(0, 1),
)
@settings(max_examples=150, deadline=None)
def test_a_picture_with_wrong_bytes_becomes_a_picture_or_a_refusal(
    whole: bytes, changes: list[tuple[float, int]], kept: float
) -> None:
    broken = bytearray(whole)
    for place, value in changes:
        broken[int(place * (len(broken) - 1))] = value
    outcome(bytes(broken[: max(20, int(len(broken) * (1 - kept / 4)))]))
