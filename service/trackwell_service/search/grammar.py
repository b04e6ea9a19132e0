"""The parser: text to syntax tree by filter.lark, within the budgets, and errors in words.

Importing this module loads lark; the rest of the package does so at the first search.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Literal, NoReturn, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from trackwell_service.domain.validation import shown
from trackwell_service.search.budget import Budget, OverBudget
from trackwell_service.search.source import Source
from trackwell_service.search.syntax import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Form,
    Inverse,
    Match,
    Membership,
    NullTest,
    OrderItem,
    Word,
)

_FORMS = {
    "NAME": Form.BARE,
    "QUOTED_NAME": Form.PARTLY_QUOTED,
    "SINGLE_QUOTED": Form.QUOTED,
    "DOUBLE_QUOTED": Form.QUOTED,
    "BACK_QUOTED": Form.BACK_QUOTED,
    "NUMBER": Form.NUMBER,
}
_OPERATORS = "=, !=, >, >=, <, <=, [NOT] LIKE, [NOT] ILIKE, [NOT] RLIKE, [NOT] IN or IS [NOT] NULL"


def parse_filter(source: Source) -> Condition:
    """The syntax tree of a filter, which is not blank. Raises InvalidParameter, also when a budget is exceeded."""
    # Lark gives a result its own tree's type, whatever the transformer makes.
    return cast("Condition", _parse(source, "filter"))


def parse_order_item(source: Source) -> OrderItem:
    """The syntax tree of one order_by item. Raises InvalidParameter where it breaks the grammar."""
    return cast("OrderItem", _parse(source, "order"))


def _parse(source: Source, start: Literal["filter", "order"]) -> object:
    try:
        return _parser().parse(source.text, start=start)
    except UnexpectedCharacters as error:
        _refuse_character(source, cast("int", error.pos_in_stream))
    except UnexpectedToken as error:
        _refuse_token(source, error.token, error.accepts or error.expected, start)
    except OverBudget as error:
        source.refuse(error.problem, error.start, error.end)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files("trackwell_service.search").joinpath("filter.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        start=["filter", "order"],
        transformer=_Builder(),
        postlex=Budget(),
        maybe_placeholders=False,
        propagate_positions=False,
    )


@v_args(inline=True)
class _Builder(Transformer[Token, Condition]):
    """Makes nodes while the text is parsed; called by rule name with what the rule's parts made."""

    def any_of(self, *operands: Condition) -> Condition:
        if len(operands) == 1:
            return operands[0]
        return AnyOf(
            tuple(part for each in operands for part in (each.operands if isinstance(each, AnyOf) else (each,)))
        )

    def all_of(self, *operands: Condition) -> Condition:
        if len(operands) == 1:
            return operands[0]
        return AllOf(
            tuple(part for each in operands for part in (each.operands if isinstance(each, AllOf) else (each,)))
        )

    def inverse(self, operand: Condition) -> Inverse:
        return Inverse(operand)

    def comparison(self, column: Token, operator: Token, operand: Token) -> Comparison:
        return Comparison(_word(column), _word(operator), _word(operand))

    def match(self, column: Token, *rest: Token) -> Match:
        *negation, operator, operand = rest
        return Match(_word(column), bool(negation), _word(operator), _word(operand))

    def membership(self, column: Token, *rest: Token) -> Membership:
        negated = rest[0].type == "_NOT"
        operator, *operands = rest[negated:]
        return Membership(_word(column), negated, _word(operator), tuple(map(_word, operands)))

    def null_test(self, column: Token, _operator: Token, *negation: Token) -> NullTest:
        return NullTest(_word(column), bool(negation))

    def negation_word(self) -> Token:
        return Token("_NOT", "NOT")

    def order(self, column: Token, direction: Token | None = None) -> OrderItem:
        return OrderItem(_word(column), direction is not None and direction.type == "DESC")


def _word(token: Token) -> Word:
    start = token.start_pos or 0
    return Word(str(token), _FORMS.get(token.type, Form.OPERATOR), start, start + len(token))


def _refuse_character(source: Source, at: int) -> NoReturn:
    text = source.text
    character = text[at]
    if character in "'\"`":
        source.refuse(f"the quote {character} that begins here is never closed.", at, len(text))
    if character == ";":
        source.refuse("';' has no place here. Send one search without it.", at, at + 1)
    if at and (text[at - 1].isalnum() or text[at - 1] in "_./"):
        source.refuse(
            f"{shown(character)} cannot stand in a plain name. Write a key that holds other characters than letters, "
            "digits, '_', '.' and '/' in backticks, as in params.`batch-size`.",
            at,
            at + 1,
        )
    source.refuse(f"{shown(character)} has no place here. Text values stand in single or double quotes.", at, at + 1)


def _refuse_token(source: Source, token: Token, allowed: set[str], start: Literal["filter", "order"]) -> NoReturn:
    text = source.text
    at_end = token.type == "$END"
    first = len(text.rstrip()) if at_end else token.start_pos or 0
    last = first + (1 if at_end else len(token))
    found = "the end" if at_end else shown(str(token))
    if not at_end and first and text[first - 1] in "'\"`" and token.type in _FORMS:
        source.refuse(
            "a quoted text ended just before. Quotes have no escape: put a text that holds ' in double quotes.",
            first,
            last,
        )
    if token.type == "_RPAR" and not allowed:
        source.refuse("this ')' closes nothing. Remove it, or open it with '('.", first, last)
    if start == "order":
        expected = "a column" if "NAME" in allowed else "ASC, DESC or the end, since each item names one column"
    elif "NUMBER" in allowed:
        expected = "a value, which is a number or a quoted text"
    elif "NAME" in allowed:
        expected = "a comparison such as metrics.loss < 0.1 or params.model = 'cnn'"
    elif "OPERATOR" in allowed:
        expected = f"an operator ({_OPERATORS}); a name with spaces stands in backticks"
    elif "_COMMA" in allowed:
        expected = "',' or ')'"
    elif "_NULL" in allowed:
        expected = "NULL or NOT NULL"
    elif "_LPAR" in allowed:
        expected = "a list in parentheses, such as ('a', 'b')"
    elif "LIKE" in allowed:
        expected = "LIKE, ILIKE, RLIKE or IN after NOT"
    else:
        expected = "AND, OR or the end" if "$END" in allowed else "AND, OR or ')'"
    source.refuse(f"found {found}; expected {expected}.", first, last)
