"""Engine room: passwords as argon2id (argon2-cffi), at RFC 9106's second choice of costs."""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Nobody's: an unknown name costs the same work as a known one.
_NOBODY = _HASHER.hash("nobody's password, never accepted")
# Each takes 64 MB and four threads; more at once would only wait for the cores.
_TURNS = BoundedSemaphore(2)


class Argon2Passwords:
    """Hashes passwords, and tells whether one fits."""

    def hashed(self, password: str) -> str:
        """The text that is kept."""
        with _TURNS:
            return _HASHER.hash(_bytes(password))

    def fits(self, kept: str, password: str) -> bool:
        """Whether it is the password; with "" the work is done and the answer is no."""
        try:
            with _TURNS:
                return _HASHER.verify(kept or _NOBODY, _bytes(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def _bytes(password: str) -> bytes:
    """The same on every keyboard: input methods differ in letter width and composed characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
