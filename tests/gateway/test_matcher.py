"""Paths to endpoints: exact before captures, decoded once, empty tails, 404 and 405."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_gateway.errors import InvalidRequest
from trackwell_gateway.httprule import parse_template
from trackwell_gateway.matcher import Matcher, NoSuchPath, NoSuchVerb


@pytest.fixture(scope="module")
def matcher() -> Matcher[str]:
    built: Matcher[str] = Matcher()
    for verb, template, name in [
        ("GET", "/artifacts", "list"),
        ("GET", "/artifacts/{path=**}", "download"),
        ("PUT", "/artifacts/{path=**}", "upload"),
        ("DELETE", "/artifacts/{path=**}", "delete"),
        ("POST", "/artifacts/special/make", "make"),
        ("GET", "/artifacts/meta/{path=**}", "meta"),
        ("GET", "/shelves/{shelf}/books/{book}", "book"),
        ("GET", "/runs/get", "get"),
        ("POST", "/runs/get", "post"),
    ]:
        built.add(verb, parse_template(template), name)
    return built


@pytest.mark.parametrize(
    ("verb", "path", "name", "captures"),
    [
        ("GET", "/runs/get", "get", {}),
        ("POST", "/runs/get", "post", {}),
        ("GET", "/runs/%67et", "get", {}),
        ("GET", "/artifacts", "list", {}),
        ("GET", "/artifacts/", "download", {"path": ""}),
        ("PUT", "/artifacts", "upload", {"path": ""}),
        ("DELETE", "/artifacts/", "delete", {"path": ""}),
        ("GET", "/artifacts/a", "download", {"path": "a"}),
        ("GET", "/artifacts/a/b/c.txt", "download", {"path": "a/b/c.txt"}),
        ("GET", "/artifacts/a/", "download", {"path": "a/"}),
        ("GET", "/artifacts//a", "download", {"path": "/a"}),
        ("GET", "/artifacts/a%2Fb", "download", {"path": "a/b"}),
        ("GET", "/artifacts/a+b", "download", {"path": "a+b"}),
        ("GET", "/artifacts/a%2Bb%20c", "download", {"path": "a+b c"}),
        ("GET", "/artifacts/%25", "download", {"path": "%"}),
        ("GET", "/artifacts/100%25.txt", "download", {"path": "100%.txt"}),
        ("GET", "/artifacts/%252E%252E%252Fx", "download", {"path": "%2E%2E%2Fx"}),
        ("GET", "/artifacts/..%2f..%2fx", "download", {"path": "../../x"}),
        ("GET", "/artifacts/../../x", "download", {"path": "../../x"}),
        ("GET", "/artifacts/%e5%90%8d.txt", "download", {"path": "名.txt"}),
        ("GET", "/artifacts/%00", "download", {"path": "\x00"}),
        ("GET", "/artifacts/%zz", "download", {"path": "%zz"}),
        ("GET", "/artifacts/meta/x", "meta", {"path": "x"}),
        ("GET", "/artifacts/special/make", "download", {"path": "special/make"}),
        ("GET", "/shelves/1%2F2/books/b%20c", "book", {"shelf": "1/2", "book": "b c"}),
    ],
)
def test_finds(matcher: Matcher[str], verb: str, path: str, name: str, captures: dict[str, str]) -> None:
    assert matcher.find(verb, path) == (name, captures)


@pytest.mark.parametrize(
    "path",
    ["", "/", "/nope", "/runs", "/runs/get/", "/runs//get", "/artifactsx", "/shelves//books/b", "/shelves/a/books",
     "/shelves/a/books/b/c", "/runs%2Fget", "runs/get", "*"],
)  # fmt: skip
def test_unknown_paths(matcher: Matcher[str], path: str) -> None:
    with pytest.raises(NoSuchPath):
        matcher.find("GET", path)


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("PUT", "/runs/get", ("GET", "POST")),
        ("get", "/runs/get", ("GET", "POST")),
        ("POST", "/artifacts", ("DELETE", "GET", "PUT")),
        ("POST", "/artifacts/x", ("DELETE", "GET", "PUT")),
        ("PATCH", "/artifacts/meta/x", ("DELETE", "GET", "PUT")),
    ],
)
def test_unknown_verbs_name_the_known_ones(
    matcher: Matcher[str], verb: str, path: str, allowed: tuple[str, ...]
) -> None:
    with pytest.raises(NoSuchVerb) as caught:
        matcher.find(verb, path)
    assert caught.value.allowed == allowed
    assert matcher.allowed(path) == allowed


@pytest.mark.parametrize("path", ["/artifacts/%ff", "/artifacts/%c3%28", "/artifacts/%ed%a0%80", "/runs/ge%ff"])
def test_escapes_that_are_not_utf8_are_refused(matcher: Matcher[str], path: str) -> None:
    with pytest.raises(InvalidRequest, match="UTF-8"):
        matcher.find("GET", path)


def test_a_route_is_added_once() -> None:
    matcher: Matcher[str] = Matcher()
    matcher.add("GET", parse_template("/a/{b=**}"), "x")
    matcher.add("PUT", parse_template("/a/{b=**}"), "y")
    with pytest.raises(ValueError, match="routed twice"):
        matcher.add("GET", parse_template("/a/{b=**}"), "z")
    with pytest.raises(ValueError, match="verb"):
        matcher.add("GET", parse_template("/a:b"), "z")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_every_path_arrives_decoded_once(text: str) -> None:
    matcher: Matcher[str] = Matcher()
    matcher.add("GET", parse_template("/artifacts/{path=**}"), "download")
    assert matcher.find("GET", "/artifacts/" + quote(text, safe="/")) == ("download", {"path": text})


@given(st.text(alphabet="/abc%2Ff.*:~", max_size=30))
def test_any_path_is_found_or_refused(matcher: Matcher[str], path: str) -> None:
    try:
        name, _ = matcher.find("GET", path)
    except (NoSuchPath, NoSuchVerb, InvalidRequest):
        return
    assert name in {"list", "download", "meta", "book", "get"}
