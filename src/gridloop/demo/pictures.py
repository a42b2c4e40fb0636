"""A handful of pictures drawn by hand of code: streets, rubbish, water, lamps, before and after."""

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.actor import Actor
from gridloop.demo.story import Pictures

SIZE = (960, 720)
Drawing = Callable[[ImageDraw.ImageDraw, Random], None]


def street(draw: ImageDraw.ImageDraw, random: Random) -> None:
    """Sky, houses, pavement and road."""
    draw.rectangle((0, 0, 960, 330), fill=(random.randint(150, 200), random.randint(195, 220), 235))
    left = 0
    while left < 960:
        width, top = random.randint(110, 220), random.randint(80, 210)
        shade = random.randint(150, 225)
        draw.rectangle((left, top, left + width, 420), fill=(shade, shade - 8, shade - 22))
        for x in range(left + 18, left + width - 30, 46):
            for y in range(top + 22, 370, 58):
                draw.rectangle(
                    (x, y, x + 24, y + 32),
                    fill=random.choice(((92, 120, 146), (118, 146, 168), (226, 206, 150))),
                )
        left += width + random.randint(4, 22)
    draw.rectangle((0, 420, 960, 500), fill=(186, 182, 174))
    draw.rectangle((0, 500, 960, 720), fill=(104, 106, 110))
    for x in range(-20, 960, 150):
        draw.polygon(((x, 600), (x + 90, 600), (x + 84, 612), (x - 8, 612)), fill=(232, 230, 220))


def rubbish(draw: ImageDraw.ImageDraw, random: Random) -> None:
    bins(draw, random)
    for _bag in range(34):
        x, y, r = random.randint(300, 700), random.randint(420, 540), random.randint(16, 42)
        draw.ellipse(
            (x - r, y - r, x + r, y + r * 0.8),
            fill=random.choice(((38, 40, 44), (88, 108, 84), (150, 60, 52), (196, 190, 178))),
        )


def bins(draw: ImageDraw.ImageDraw, random: Random) -> None:
    for x, colour in ((250, (40, 110, 72)), (330, (44, 84, 150)), (710, (120, 122, 126))):
        draw.rectangle((x, 360, x + 62, 462), fill=colour)
        draw.rectangle((x - 5, 348, x + 67, 362), fill=tuple(int(part * 0.75) for part in colour))


def pothole(draw: ImageDraw.ImageDraw, random: Random) -> None:
    x, y = random.randint(350, 560), random.randint(560, 630)
    points = [(x + random.randint(-130, 130), y + random.randint(-42, 42)) for _corner in range(9)]
    draw.polygon(
        sorted(points, key=lambda point: (point[1] > y, point[0] if point[1] <= y else -point[0])),
        fill=(56, 52, 48),
    )


def water(draw: ImageDraw.ImageDraw, random: Random) -> None:
    draw.ellipse((120, 480, 880, 690), fill=(116, 132, 146))
    for _ripple in range(14):
        x, y = random.randint(180, 760), random.randint(510, 660)
        draw.arc((x, y, x + 90, y + 22), 190, 350, fill=(188, 202, 212), width=3)


def fallen_tree(draw: ImageDraw.ImageDraw, random: Random) -> None:
    draw.line((180, 620, 720, 540), fill=(98, 72, 48), width=26)
    for _leaf in range(70):
        x, y, r = random.randint(560, 880), random.randint(450, 620), random.randint(10, 34)
        draw.ellipse(
            (x - r, y - r, x + r, y + r), fill=(40 + random.randint(0, 40), 100 + random.randint(0, 40), 56)
        )


def lamps(draw: ImageDraw.ImageDraw, random: Random) -> None:
    draw.rectangle((0, 0, 960, 720), fill=(22, 26, 38))
    for x in (160, 420, 680, 900):
        draw.line((x, 520, x, 180), fill=(70, 72, 78), width=8)
        lit = random.random() < 0.35
        draw.ellipse((x - 18, 160, x + 18, 190), fill=(252, 226, 150) if lit else (60, 60, 64))


def clean(draw: ImageDraw.ImageDraw, random: Random) -> None:
    bins(draw, random)
    for x in (90, 520, 860):
        draw.rectangle((x, 330, x + 12, 440), fill=(96, 72, 50))
        draw.ellipse((x - 46, 240, x + 58, 350), fill=(64, 128, 74))


def mended(draw: ImageDraw.ImageDraw, random: Random) -> None:
    draw.rectangle((330, 548, 640, 640), fill=(72, 74, 78))
    clean(draw, random)


BEFORE: tuple[Drawing, ...] = (rubbish, pothole, water, fallen_tree, lamps, rubbish)
AFTER: tuple[Drawing, ...] = (clean, mended, clean, bins)


def draw_pictures(random: Random, *, by: Actor) -> Pictures:
    """Every picture once, kept as evidence; cases share them."""
    return Pictures(
        *([keep_photo(drawn(paint, random), by=by).pk for paint in paints] for paints in (BEFORE, AFTER))
    )


def drawn(paint: Drawing, random: Random) -> bytes:
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    street(draw, random)
    paint(draw, random)
    kept = BytesIO()
    image.save(kept, "JPEG", quality=82)
    return kept.getvalue()
