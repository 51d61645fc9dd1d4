"""Bytes to documents: what a file is, how it is decoded, and where one report ends.

Every ReadError's message is a sentence that begins with the name of what it concerns: the file,
the member, the line. Whoever shows it need not say the name again.
"""

from zhibiao.reading.archives import Member, alone, expand, holds_one, may_hold_many
from zhibiao.reading.limits import Limits
from zhibiao.reading.reader import read

VERSION = "7"

__all__ = [
    "VERSION",
    "Limits",
    "Member",
    "alone",
    "expand",
    "holds_one",
    "may_hold_many",
    "read",
]
