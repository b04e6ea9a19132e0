"""What SQL Server would refuse, or would understand otherwise than it is meant, in a statement: told without a server.

sqlglot says whether a statement can be read as T-SQL, and how. It reads more than the server takes, so what is known of
the server's rules is looked for in what it has read: each check names the rule.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

MOST_PARAMETERS = 2_100
"""Of a statement that is sent as a remote procedure call, as ODBC does."""

UNREAD = frozenset(
    (
        # sqlglot knows the isolation levels of the standard only, and this kind of ALTER DATABASE not at all.
        "SET TRANSACTION ISOLATION LEVEL SNAPSHOT",
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON",
    )
)
"""Statements that sqlglot cannot read. They are words of Microsoft's reference, with nothing of ours in them."""

FUNCTIONS = frozenset(
    ("APPLOCK_MODE", "CASE", "CAST", "COALESCE", "CONVERT", "COUNT", "DB_ID", "EXISTS", "MAX", "OPENJSON", "SCHEMA_ID")
)
"""What is called; all of them are in SQL Server 2016."""

TYPES = frozenset(("BIGINT", "INT", "NVARCHAR", "SMALLINT", "VARBINARY", "VARCHAR"))

_RESERVED = """
ADD ALL ALTER AND ANY AS ASC AUTHORIZATION BACKUP BEGIN BETWEEN BREAK BROWSE BULK BY CASCADE CASE CHECK CHECKPOINT
CLOSE CLUSTERED COALESCE COLLATE COLUMN COMMIT COMPUTE CONSTRAINT CONTAINS CONTAINSTABLE CONTINUE CONVERT CREATE
CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASE DBCC DEALLOCATE DECLARE
DEFAULT DELETE DENY DESC DISK DISTINCT DISTRIBUTED DOUBLE DROP DUMP ELSE END ERRLVL ESCAPE EXCEPT EXEC EXECUTE
EXISTS EXIT EXTERNAL FETCH FILE FILLFACTOR FOR FOREIGN FREETEXT FREETEXTTABLE FROM FULL FUNCTION GOTO GRANT GROUP
HAVING HOLDLOCK IDENTITY IDENTITY_INSERT IDENTITYCOL IF IN INDEX INNER INSERT INTERSECT INTO IS JOIN KEY KILL LEFT
LIKE LINENO LOAD MERGE NATIONAL NOCHECK NONCLUSTERED NOT NULL NULLIF OF OFF OFFSETS ON OPEN OPENDATASOURCE OPENQUERY
OPENROWSET OPENXML OPTION OR ORDER OUTER OVER PERCENT PIVOT PLAN PRECISION PRIMARY PRINT PROC PROCEDURE PUBLIC
RAISERROR READ READTEXT RECONFIGURE REFERENCES REPLICATION RESTORE RESTRICT RETURN REVERT REVOKE RIGHT ROLLBACK
ROWCOUNT ROWGUIDCOL RULE SAVE SCHEMA SECURITYAUDIT SELECT SEMANTICKEYPHRASETABLE SEMANTICSIMILARITYDETAILSTABLE
SEMANTICSIMILARITYTABLE SESSION_USER SET SETUSER SHUTDOWN SOME STATISTICS SYSTEM_USER TABLE TABLESAMPLE TEXTSIZE
THEN TO TOP TRAN TRANSACTION TRIGGER TRUNCATE TRY_CONVERT TSEQUAL UNION UNIQUE UNPIVOT UPDATE UPDATETEXT USE USER
VALUES VARYING VIEW WAITFOR WHEN WHERE WHILE WITH WITHIN WRITETEXT
"""
RESERVED = frozenset(_RESERVED.split())
"""Words that no table, column or alias may have without brackets."""

FOREIGN = ("||", "::", " LIMIT ", " RETURNING", " ON CONFLICT", " ON DUPLICATE", "NULLS FIRST", "NULLS LAST", " ILIKE ",
           " GLOB ", " DISTINCT FROM", " USING(", " TRUE", " FALSE", "`", '"', "\\", "$1")  # fmt: skip
"""Words of other databases, some of which sqlglot takes in T-SQL too."""


def faults(sql: str, parameters: int) -> list[str]:
    """Everything that is wrong with the statement when it is given that many parameters."""
    if sql in UNREAD:
        return []
    found = [f"{word!r} is not T-SQL" for word in FOREIGN if word in sql]
    if sql.count("?") != parameters:
        found.append(f"{sql.count('?')} marks, {parameters} parameters")
    if parameters > MOST_PARAMETERS:
        found.append(f"{parameters} parameters")
    try:
        statements = _parsed(sql)
    except SqlglotError as error:
        return [*found, str(error)]
    if len(statements) != 1 or statements[0] is None:
        return [*found, f"{len(statements)} statements"]
    tree = statements[0]
    if isinstance(tree, exp.Merge) and not sql.endswith(";"):
        found.append("a MERGE ends with a semicolon")
    for check in CHECKS:
        found.extend(check(tree))
    return found


def _parsed(sql: str) -> list[exp.Expr | None]:
    logger = logging.getLogger("sqlglot")
    logger.disabled = True  # what it says of statements that it does not know is told by the first check
    try:
        return list(sqlglot.parse(sql, read="tsql"))
    finally:
        logger.disabled = False


def _unknown(tree: exp.Expr) -> Iterator[str]:
    """What the parser does not know it keeps as a text."""
    if tree.find(exp.Command):
        yield "it is not read, but kept as text"


def _cut_rows(tree: exp.Expr) -> Iterator[str]:
    """FETCH stands behind ORDER BY and OFFSET only; a query in another one is not ordered without it."""
    for query in tree.find_all(exp.Select):
        is_cut = query.args.get("limit") is not None
        if is_cut and not (query.args.get("order") and query.args.get("offset")):
            yield "FETCH without ORDER BY and OFFSET"
        if query.args.get("order") and not is_cut and query.parent is not None:
            yield "ORDER BY in a query within another one"


def _order(tree: exp.Expr) -> Iterator[str]:
    """Nothing stands twice in an ORDER BY, and no constant; in expressions the names of results are not known."""
    for order in tree.find_all(exp.Order):
        terms = [term.this if isinstance(term, exp.Ordered) else term for term in order.expressions]
        for text, times in Counter(term.sql("tsql") for term in terms).items():
            if times > 1:
                yield f"ORDER BY has {text} twice"
        query = order.parent
        names = {each.alias for each in query.expressions if each.alias} if isinstance(query, exp.Select) else set()
        for term in terms:
            if isinstance(term, exp.Literal):
                yield "ORDER BY a constant"
            if not isinstance(term, exp.Column):
                for column in term.find_all(exp.Column):
                    if not column.table and column.name in names:
                        yield f"ORDER BY an expression of the result {column.name}"
        if isinstance(query, exp.Select) and query.args.get("distinct"):
            yield "ORDER BY beside DISTINCT"


_CONDITIONS = (exp.Predicate, exp.And, exp.Or, exp.Not)
_TRANSPARENT = (exp.Paren, exp.And, exp.Or, exp.Not)


def _conditions(tree: exp.Expr) -> Iterator[str]:
    """A condition is no value: it stands behind WHERE, ON, WHEN and IF only, and only conditions stand there."""
    for condition in tree.find_all(*_CONDITIONS):
        if _is_assignment(condition):
            continue
        place: exp.Expr = condition
        while isinstance(place.parent, _TRANSPARENT):
            place = place.parent
        if not _takes_condition(place):
            yield f"a condition as a value: {condition.sql('tsql')[:80]}"
    for where in tree.find_all(exp.Where, exp.Having):
        if not _is_condition(where.this):
            yield f"a value as a condition: {where.sql('tsql')[:80]}"


def _is_assignment(value: exp.Expr) -> bool:
    """Whether an ``=`` gives a value to a column, a setting or a procedure's parameter."""
    gives = isinstance(value.parent, exp.Update | exp.SetItem | exp.Execute)
    return isinstance(value, exp.EQ) and gives and value.arg_key in {"expressions", "this"}


def _takes_condition(place: exp.Expr) -> bool:
    parent = place.parent
    if isinstance(parent, exp.Join | exp.Merge):
        return place.arg_key == "on"
    if isinstance(parent, exp.If | exp.IfBlock):
        # CASE with an operand compares it with values.
        return place.arg_key == "this" and not (isinstance(parent.parent, exp.Case) and parent.parent.this is not None)
    return isinstance(parent, exp.Where | exp.Having)


def _is_condition(value: exp.Expr) -> bool:
    if isinstance(value, exp.Paren):
        return _is_condition(value.this)
    if isinstance(value, exp.And | exp.Or):
        return _is_condition(value.left) and _is_condition(value.right)
    return _is_condition(value.this) if isinstance(value, exp.Not) else isinstance(value, exp.Predicate)


def _functions(tree: exp.Expr) -> Iterator[str]:
    """Only what the server has is called."""
    for call in tree.find_all(exp.Func):
        if isinstance(call, exp.And | exp.Or | exp.Binary | exp.Predicate | exp.If):
            continue
        name = call.name.upper() if isinstance(call, exp.Anonymous) else call.sql_name().upper()
        name = "OPENJSON" if isinstance(call, exp.OpenJSON) else name
        if name not in FUNCTIONS:
            yield f"calls {name}"
    for kind in tree.find_all(exp.DataType):
        if kind.this.name not in TYPES:
            yield f"is of type {kind.this.name}"


def _names(tree: exp.Expr) -> Iterator[str]:
    """Names are no words of the language; the results of a query in FROM have names, each one once."""
    for name in [] if isinstance(tree, exp.Set) else tree.find_all(exp.Identifier):
        if not name.args.get("quoted") and name.name.upper() in RESERVED:
            yield f"{name.name} is a reserved word"
    for subquery in tree.find_all(exp.Subquery):
        inner = subquery.this
        if isinstance(subquery.parent, exp.From | exp.Join | exp.Merge) and isinstance(inner, exp.Select):
            names = [each.alias_or_name for each in inner.expressions]
            if not subquery.alias:
                yield "a query in FROM without a name"
            if not all(names) or len(set(names)) < len(names):
                yield f"a query in FROM with results {names}"


def _rows_compared(tree: exp.Expr) -> Iterator[str]:
    """Rows cannot be compared, and IN has a list or a query."""
    for comparison in tree.find_all(exp.Binary, exp.In):
        if isinstance(comparison.this, exp.Tuple) or isinstance(comparison.args.get("expression"), exp.Tuple):
            yield f"rows are compared: {comparison.sql('tsql')[:80]}"


def _constants(tree: exp.Expr) -> Iterator[str]:
    """An integer of more than 31 bits is a NUMERIC, unless it is cast; a text constant is not of our columns' type."""
    for constant in tree.find_all(exp.Literal):
        around = constant.parent
        if constant.is_string:
            if not _is_no_stored_text(constant):
                yield f"the text {constant.name!r}"
        elif constant.is_int and int(constant.name) >= 2**31 and not isinstance(around, exp.Cast):
            yield f"{constant.name} is a NUMERIC"


def _is_no_stored_text(constant: exp.Expr) -> bool:
    """Whether a text constant is a path in JSON, is cast, names a lock, or is the schema's revision."""
    around = constant.parent
    if constant.name.startswith("$") or isinstance(around, exp.Cast | exp.Anonymous | exp.Tuple):
        return True
    if isinstance(around, exp.If):
        return constant.arg_key == "this"
    return around is not None and _is_assignment(around)


def _patterns(tree: exp.Expr) -> Iterator[str]:
    """The database's collation must not decide what a pattern matches."""
    for like in tree.find_all(exp.Like):
        if not isinstance(like.this, exp.Collate):
            yield "LIKE in the database's collation"


CHECKS: tuple[Callable[[exp.Expr], Iterator[str]], ...] = (
    _unknown, _cut_rows, _order, _conditions, _functions, _names, _rows_compared, _constants, _patterns,
)  # fmt: skip
