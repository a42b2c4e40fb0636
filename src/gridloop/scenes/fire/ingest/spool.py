"""A file that takes what must not be lost while the database is away, and gives it back in order."""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

HEAD = struct.Struct("<II")  # length and checksum of the block that follows


class Spool:
    """Blocks appended and forced to the disk; a block torn by a crash was never acknowledged and is cut off."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.file = path.open("a+b")
        self.mend()

    def mend(self) -> None:
        end = 0
        for _block, end in self.read():  # noqa: B007
            pass
        self.file.truncate(end)
        self.file.seek(0, os.SEEK_END)
        self.waiting = end > 0

    def append(self, block: bytes) -> None:
        """Comes back when the block is on the disk."""
        self.file.write(HEAD.pack(len(block), zlib.crc32(block)) + block)
        self.file.flush()
        os.fsync(self.file.fileno())
        self.waiting = True

    def read(self, start: int = 0) -> Iterator[tuple[bytes, int]]:
        """(block, where the next one begins), in order, up to the end or the first torn block."""
        with self.path.open("rb") as file:
            file.seek(start)
            while len(head := file.read(HEAD.size)) == HEAD.size:
                length, checksum = HEAD.unpack(head)
                block = file.read(length)
                if len(block) < length or zlib.crc32(block) != checksum:
                    return
                yield block, file.tell()

    def clear(self) -> None:
        """Everything has been given back."""
        self.file.truncate(0)
        self.file.flush()
        os.fsync(self.file.fileno())
        self.waiting = False

    def close(self) -> None:
        self.file.close()
