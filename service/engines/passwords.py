"""Engine room: passwords as argon2id (argon2-cffi), at RFC 9106's second choice of costs."""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

# Each takes 64 MB and four threads; more at once would only wait for the cores.
_TURNS = BoundedSemaphore(2)


class Argon2Passwords:
    """Hashes passwords, and tells whether one fits.

    Args:
        costs: of a hash that is made; one that is kept says its own.
    """

    def __init__(self, costs: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(costs)
        # Nobody's: an unknown name costs the same work as a known one.
        self._nobody = self._hasher.hash("nobody's password, never accepted")

    def hashed(self, password: str) -> str:
        """The text that is kept."""
        with _TURNS:
            return self._hasher.hash(_bytes(password))

    def fits(self, kept: str, password: str) -> bool:
        """Whether it is the password; with "" the work is done and the answer is no."""
        try:
            with _TURNS:
                return self._hasher.verify(kept or self._nobody, _bytes(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def _bytes(password: str) -> bytes:
    """The same on every keyboard: input methods differ in letter width and composed characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
