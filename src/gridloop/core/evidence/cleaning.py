"""Makes a clean picture out of whatever somebody sent: decoded, turned upright, made smaller, and written anew.

Nothing of the sent file survives but its pixels: no EXIF, position, XMP, comments, colour profile or trailing bytes.
Memory is bounded before a pixel is decoded: large JPEGs are decoded at a half, quarter or eighth, others are refused.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from django.utils.translation import gettext_lazy as _
from pi_heif import register_heif_opener
from PIL import Image

from gridloop.core.evidence.jpeg_markers import needs_whole_picture
from gridloop.core.evidence.kinds import kind_of
from gridloop.core.journal.errors import Refusal

LARGEST_PHOTO: Final = 32 * 2**20  # bytes sent
LONGEST_SIDE: Final = 2560
GOOD_SIDE: Final = 1920  # a cheap reduced decoding is taken when this much is left
THUMBNAIL_SIDE: Final = 480
STREAMED_PIXELS: Final = 170_000_000  # one-scan JPEG: only reduced rows are kept
BUFFERED_PIXELS: Final = 50_000_000  # progressive JPEG: 2 bytes a coefficient, at most 300 MB
DECODED_PIXELS: Final = 24_000_000  # PNG, WebP, GIF: up to 4 bytes a pixel, twice
PHONE_PIXELS: Final = (
    26_000_000  # HEIC, AVIF: what phones take by themselves, at most 200 MB while it is decoded
)
SCANS: Final = 200  # a progressive JPEG can repeat tiny scans without end
MEDIA_TYPE: Final = "image/jpeg"

FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF", "heic": "HEIF"}
UPRIGHT = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
ORIENTATION = 0x0112

# Sizes are judged here, by kind and before decoding; Pillow's own single limit would warn at ordinary phone photos.
Image.MAX_IMAGE_PIXELS = STREAMED_PIXELS
register_heif_opener()  # decoding only; phones write HEIC, browsers other than Safari cannot read it


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A picture that may be stored: a JPEG of at most LONGEST_SIDE, and a small one of THUMBNAIL_SIDE."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    media_type: str = MEDIA_TYPE


def clean_photo(content: bytes) -> CleanPhoto:
    """The clean picture in `content`, or a Refusal that says what to do; never another exception."""
    kind = guard_kind(content)
    try:
        with Image.open(BytesIO(content), formats=[FORMATS[kind]]) as picture:
            guard_size(picture, content, kind)
            return redraw(picture)
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as trouble:
        raise too_many_pixels() from trouble
    except (
        Exception
    ) as trouble:  # decoders fail in every way there is on hostile bytes; all mean the same to the sender
        raise Refusal(
            _(
                "This picture is damaged or incomplete. Open it on your phone, and send it again or send a screenshot of it."
            ),
            code="photo_damaged",
            field="photo",
        ) from trouble


def guard_kind(content: bytes) -> str:
    """The kind, when it is one that can be decoded safely."""
    if not content:
        raise Refusal(_("The picture is empty. Choose it again."), code="photo_empty", field="photo")
    if len(content) > LARGEST_PHOTO:
        raise Refusal(
            _("This picture is larger than 32 MB. Send a smaller one, for example a screenshot of it."),
            code="photo_too_large",
            field="photo",
        )
    kind = kind_of(content)
    if kind not in FORMATS:
        raise Refusal(
            _("This is not a picture that can be kept. Send a JPEG, PNG or WebP picture."),
            code="not_a_photo",
            field="photo",
        )
    return kind


def guard_size(picture: Image.Image, content: bytes, kind: str) -> None:
    """Refuses, from the header alone, what would not fit into memory."""
    allowed = PHONE_PIXELS if kind in ("heic", "avif") else DECODED_PIXELS
    if kind == "jpeg":
        allowed = BUFFERED_PIXELS if needs_whole_picture(content) else STREAMED_PIXELS
        if content.count(b"\xff\xda") > SCANS:
            allowed = 0
    if picture.width * picture.height > allowed:
        raise too_many_pixels()


def too_many_pixels() -> Refusal:
    return Refusal(
        _("This picture has too many pixels. Send a smaller one, for example a screenshot of it."),
        code="photo_too_many_pixels",
        field="photo",
    )


def redraw(picture: Image.Image) -> CleanPhoto:
    """Only the pixels of the first frame, upright, on white where it was transparent."""
    turn = orientation(picture)
    picture.seek(0)
    picture.draft(None, fitted(picture.size, GOOD_SIDE))
    picture.load()
    plain = flattened(smaller(picture, LONGEST_SIDE))
    plain.info = {}
    for step in UPRIGHT.get(turn, ()):
        plain = plain.transpose(step)
    return CleanPhoto(
        written(plain, 82), written(smaller(plain, THUMBNAIL_SIDE), 78), plain.width, plain.height
    )


def orientation(picture: Image.Image) -> int:
    """How the camera was held (EXIF 0x0112); a broken EXIF block does not spoil the picture."""
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:
        return 1


def fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """`size` shrunk so that its longer side is `longest`; never below one pixel, never larger than it was."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def smaller(picture: Image.Image, longest: int) -> Image.Image:
    """At most `longest` on its longer side."""
    if max(picture.size) <= longest:
        return picture
    if picture.mode in {"P", "PA", "1"}:  # palette indexes cannot be averaged
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.resize(fitted(picture.size, longest), Image.Resampling.HAMMING, reducing_gap=2.0)


def flattened(picture: Image.Image) -> Image.Image:
    """RGB or grey, whatever it was."""
    if picture.mode.startswith("I"):  # 16 bits a pixel
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        ground = Image.new("RGB", clear.size, "white")
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    return picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")


def written(picture: Image.Image, quality: int) -> bytes:
    """The picture as JPEG, with nothing beside its pixels."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
