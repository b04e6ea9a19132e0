"""The error that every door's driver raises, so that a test need not know through which door it went."""

from __future__ import annotations


class ApiError(Exception):
    """A call was refused: the code's name as in rest-facts §3, and the message for the caller."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
