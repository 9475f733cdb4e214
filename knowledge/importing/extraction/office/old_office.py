"""Whether files of the old Word, Excel and PowerPoint need a password: LibreOffice would only fail ([MS-OFFCRYPTO])."""

from __future__ import annotations

import io
import struct

import olefile

_WORD_FLAGS, _WORD_ENCRYPTED = 10, 0x0100  # of the file information block
_RECORD = struct.Struct("<HH")  # number, length
_FILE_PASSWORD = 0x002F
_LOOKED_AT_RECORDS = 20  # it comes among the first
_USER_TOKEN, _ENCRYPTED_TOKEN = 12, 0xF3D1C4DF


def is_encrypted(data: bytes, kind: str) -> bool:
    """Tell whether a file of the old formats is protected by a password; False if it cannot be told."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if kind == "doc":
                head = ole.openstream("WordDocument").read(_WORD_FLAGS + 2)
                return bool(struct.unpack_from("<H", head, _WORD_FLAGS)[0] & _WORD_ENCRYPTED)
            if kind == "xls":
                name = "Workbook" if ole.exists("Workbook") else "Book"
                return _has_password(ole.openstream(name).read(65536))
            if kind == "ppt":
                user = ole.openstream("Current User").read(_USER_TOKEN + 4)
                return bool(struct.unpack_from("<I", user, _USER_TOKEN)[0] == _ENCRYPTED_TOKEN)
    except (OSError, ValueError, IndexError, KeyError, struct.error):
        return False  # not this format, or damaged: LibreOffice may still read it
    return False


def _has_password(records: bytes) -> bool:
    place = 0
    for _record in range(_LOOKED_AT_RECORDS):
        number, length = _RECORD.unpack_from(records, place)
        if number == _FILE_PASSWORD:
            return True
        place += _RECORD.size + length
    return False
