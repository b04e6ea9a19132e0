"""Path templates: the grammar as a table, and no input that breaks the parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_gateway.httprule import Template, TemplateError, Variable, parse_template

ACCEPTED = [
    ("/v1", ("v1",), (), None),
    ("/api/2.0/mlflow/runs/log-metric", ("api", "2.0", "mlflow", "runs", "log-metric"), (), None),
    ("/v1/*", ("v1", "*"), (), None),
    ("/v1/**", ("v1", "**"), (), None),
    ("/v1/{name}", ("v1", "*"), (Variable(("name",), 1, 2),), None),
    ("/v1/{name=*}", ("v1", "*"), (Variable(("name",), 1, 2),), None),
    ("/v1/{path=**}", ("v1", "**"), (Variable(("path",), 1, None),), None),
    ("/v1/{name=shelves/*}/books", ("v1", "shelves", "*", "books"), (Variable(("name",), 1, 3),), None),
    ("/{a}/x/{b.c=**}", ("*", "x", "**"), (Variable(("a",), 0, 1), Variable(("b", "c"), 2, None)), None),
    ("/v1/{name=x/**}", ("v1", "x", "**"), (Variable(("name",), 1, None),), None),
    ("/v1/run:cancel", ("v1", "run"), (), "cancel"),
    ("/v1/{name=**}:stop", ("v1", "**"), (Variable(("name",), 1, None),), "stop"),
    ("/%7Ea/$b", ("%7Ea", "$b"), (), None),
]

REFUSED = [
    ("", "'/' expected"),
    ("v1", "'/' expected"),
    ("/", "a segment expected"),
    ("//a", "a segment expected"),
    ("/a/", "a segment expected"),
    ("/a//b", "a segment expected"),
    ("/a b", "unexpected ' '"),
    ("/a?b", "unexpected '?'"),
    ("/**/a", "'**' must be the last segment"),
    ("/{a=**}/b", "'**' must be the last segment"),
    ("/***", "unexpected '*'"),
    ("/{}", "a field name expected"),
    ("/{1a}", "a field name expected"),
    ("/{a.}", "a field name expected"),
    ("/{a", "'}' expected"),
    ("/{a=}", "a segment expected"),
    ("/{a={b}}", "a variable inside a variable"),
    ("/{a}/{a}", "field 'a' is bound twice"),
    ("/a}", "unexpected '}'"),
    ("/a:", "a verb expected"),
    ("/a:b:c", "unexpected ':'"),
]


@pytest.mark.parametrize(("text", "segments", "variables", "verb"), ACCEPTED)
def test_accepts(text: str, segments: tuple[str, ...], variables: tuple[Variable, ...], verb: str | None) -> None:
    assert parse_template(text) == Template(segments, variables, verb)


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_refuses_with_the_template_and_the_column(text: str, problem: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    assert problem in str(caught.value)
    assert repr(text) in str(caught.value)
    assert "column" in str(caught.value)


@given(st.text(alphabet="/*{}=.:ab1 %?", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        template = parse_template(text)
    except TemplateError:
        return
    # What was accepted is a template whose text says the same without names.
    again = parse_template(template.text)
    assert again.segments == template.segments
    assert again.verb == template.verb


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_parser(text: str) -> None:
    try:
        parse_template(text)
    except TemplateError as error:
        assert "column" in str(error)  # noqa: PT017  # a refusal is one of two right outcomes
