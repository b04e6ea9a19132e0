"""Generated run names: `adjective-noun-NNN`, at most 20 characters, lower case (rest-facts §6)."""

from __future__ import annotations

import re
from random import Random

from trackwell_service.domain.run_names import ADJECTIVES, MAX_NUMBER, NOUNS, run_name


def test_every_name_has_the_documented_form() -> None:
    longest = max(map(len, ADJECTIVES)) + max(map(len, NOUNS)) + len(str(MAX_NUMBER)) + 2
    assert longest <= 20
    random = Random(1)
    assert all(re.fullmatch(r"[a-z]+-[a-z]+-[0-9]{3}", run_name(random)) for _ in range(1000))


def test_words_are_plain_and_different() -> None:
    for words in (ADJECTIVES, NOUNS):
        assert len(set(words)) == len(words) > 100
        assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert not set(ADJECTIVES) & set(NOUNS)
