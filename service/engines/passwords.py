"""Engine room: passwords as argon2id (argon2-cffi), at RFC 9106's second choice of costs."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Nobody's: an unknown name costs the same work as a known one.
_NOBODY = _HASHER.hash("nobody's password, never accepted")


class Argon2Passwords:
    """Hashes passwords, and tells whether one fits."""

    def hashed(self, password: str) -> str:
        """The text that is kept."""
        return _HASHER.hash(password)

    def fits(self, kept: str, password: str) -> bool:
        """Whether it is the password; with "" the work is done and the answer is no."""
        try:
            return _HASHER.verify(kept or _NOBODY, password) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False
