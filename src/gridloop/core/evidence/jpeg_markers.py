"""Reads the head of a JPEG to tell whether decoding it needs the whole picture in memory at once (ITU-T T.81, annex B)."""

START_OF_SCAN = 0xDA
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def needs_whole_picture(content: bytes) -> bool:
    """True for progressive and many-scan pictures, whose coefficients (2 bytes each) are all kept while decoding.

    A baseline picture with one scan streams, and costs only its reduced rows. What cannot be read counts as costly.
    """
    position, components = 2, 0
    while position + 4 <= len(content):
        if content[position] != 0xFF:
            return True
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        if length < 2:
            return True
        segment = content[position + 4 : position + 2 + length]
        if marker in PROGRESSIVE:
            return True
        if marker in FRAMES and len(segment) > 5:
            components = segment[5]
        if marker == START_OF_SCAN:
            return not segment or segment[0] < components
        position += 2 + length
    return True
