"""Engine room, packages: the zip around a bag, every byte of it given by names and contents.

Files are stored, not deflated: papers are compressed already, and what deflate gives depends on the
zlib at hand. No moment but 1 January 1980, no owner, no extra fields; names are UTF-8 and say so.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.errors import InputError, problem

_DATE, _TIME, _UTF8, _STORED, _VERSION = 0x0021, 0, 0x0800, 0, 20
_UNIX = 3 << 8
_MODE = 0o100644 << 16
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
MOST_BYTES, MOST_FILES = 0xF000_0000, 60_000
"""What a zip holds without its 64-bit extension, which old readers lack; 3.75 GiB."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file of a bag.

    Attributes:
        path: below the top folder.
        size: bytes.
        crc: CRC-32 of them.
    """

    path: str
    size: int
    crc: int


def frame(top: str, members: Sequence[Member]) -> tuple[list[bytes], bytes]:
    """What stands before each member's bytes, and what stands behind the last one."""
    heads, directory, offset = [], [], 0
    for member in members:
        raw = f"{top}/{member.path}".encode()
        sizes = (member.crc, member.size, member.size, len(raw), 0)
        shape = (_VERSION, _UTF8, _STORED, _TIME, _DATE, *sizes)
        heads.append(_LOCAL.pack(0x04034B50, *shape) + raw)
        place = (0, 0, 0, _MODE, offset)
        directory.append(_CENTRAL.pack(0x02014B50, _UNIX | _VERSION, *shape, *place) + raw)
        offset += len(heads[-1]) + member.size
    listed = b"".join(directory)
    count = len(members)
    end = _END.pack(0x06054B50, 0, 0, count, count, len(listed), offset, 0)
    return heads, listed + end


def small_enough(members: Collection[Member]) -> None:
    """Raises InputError `package_too_large` where a zip that every system reads cannot hold it."""
    if len(members) > MOST_FILES or sum(member.size for member in members) > MOST_BYTES:
        zh = "归档包超过 3.75 GB 或 6 万个文件；请分成几次报送。"
        en = "the package is over 3.75 GB or 60,000 files; hand it over in several submissions."
        raise InputError(problem("package_too_large", zh, en))
