"""Reading metric histories: in columns, in pages, for many runs at once, and thinned out (rest-facts §4, §6, §8)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.paging import fingerprint, make_token, read_token
from trackwell_service.domain.series import Columns
from trackwell_service.domain.validation import check_between, check_key, check_list_size, check_run_id
from trackwell_service.stores.roles import HistoryPosition, MetricReader


class SeriesChunk(NamedTuple):
    """Some points of one metric of one run, at least one, ordered by (timestamp, step, value)."""

    run_id: str
    key: str
    columns: Columns
    next_page_token: str | None = None


class RunPoint(NamedTuple):
    """One point with its run."""

    run_id: str
    timestamp_ms: int
    step: int
    value: float


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a stream of series stands: the last point sent, None before the first."""

    run_index: int
    key: str
    point: HistoryPosition | None


def series_chunks(
    reader: MetricReader,
    run_ids: Sequence[str],
    keys: Sequence[str],
    *,
    max_points: int | None = None,
    page_token: str | None = None,
    chunk_points: int = limits.MAX_SERIES_CHUNK_POINTS,
    run_parameter: str = "run_ids",
    key_parameter: str = "metric_keys",
) -> Iterator[SeriesChunk]:
    """Whole histories as columns, in bounded chunks: run by run and key by key, in the order asked for.

    No keys means every key of each run, sorted. After `max_points` points the answer ends, and its last
    chunk carries a token if any point is left. Unknown runs and keys have no points. The request is checked before
    the iterator is returned.
    """
    check_list_size(len(run_ids), run_parameter, limits.MAX_RUNS_PER_HISTORY_REQUEST, low=1)
    for index, run_id in enumerate(run_ids):
        check_run_id(run_id, run_parameter if len(run_ids) == 1 else f"{run_parameter}[{index}]")
    check_list_size(len(keys), key_parameter, limits.MAX_KEYS_PER_SERIES_REQUEST)
    for index, key in enumerate(keys):
        check_key(key, key_parameter if len(keys) == 1 else f"{key_parameter}[{index}]")
    if max_points is not None and max_points < 1:
        raise InvalidParameter(
            f"Invalid value {max_points} for parameter 'max_points' or 'max_results' supplied: "
            "It must be 1 or greater. Leave it out to get everything."
        )
    runs = list(dict.fromkeys(run_ids))
    asked = fingerprint("series", runs, list(keys))
    start = _place_in(page_token, asked, len(runs)) if page_token else None
    return _chunks(reader, runs, list(dict.fromkeys(keys)), asked, start, max_points, chunk_points)


def _chunks(
    reader: MetricReader,
    runs: Sequence[str],
    keys: Sequence[str],
    asked: str,
    start: _Place | None,
    max_points: int | None,
    chunk_points: int,
) -> Iterator[SeriesChunk]:
    left = max_points
    held: SeriesChunk | None = None
    """The chunk that is sent once it is known whether another point follows."""
    held_index = 0
    for run_index, key, sent in _series_from(reader, runs, keys, start):
        after = sent
        while True:
            # One point more than may be sent tells whether a token is needed.
            limit = chunk_points if left is None else min(chunk_points, left + 1)
            columns = reader.history(runs[run_index], key, after, limit)
            count = len(columns)
            if left is not None and count > left:
                if left:
                    if held is not None:
                        yield held
                    held, held_index = SeriesChunk(runs[run_index], key, _first(columns, left)), run_index
                if held is not None:
                    yield held._replace(next_page_token=_token(asked, held_index, held))
                return
            if count:
                if held is not None:
                    yield held
                held, held_index = SeriesChunk(runs[run_index], key, columns), run_index
                after = _last_point(columns)
                left = None if left is None else left - count
            if count < limit:
                break
    if held is not None:
        yield held


def _series_from(
    reader: MetricReader, runs: Sequence[str], keys: Sequence[str], start: _Place | None
) -> Iterator[tuple[int, str, HistoryPosition | None]]:
    """(index of the run, key, last point sent) of every series that is still to be sent."""
    for run_index, run_id in enumerate(runs):
        if start is not None and run_index < start.run_index:
            continue
        of_run = keys or list(reader.metric_summaries(run_id))
        if start is None or run_index > start.run_index:
            yield from ((run_index, key, None) for key in of_run)
        elif keys:
            first = keys.index(start.key) if start.key in keys else len(keys)
            yield from ((run_index, key, start.point if key == start.key else None) for key in keys[first:])
        else:
            # Keys may have come since: the sorted order tells which were sent.
            yield from (
                (run_index, key, start.point if key == start.key else None) for key in of_run if key >= start.key
            )


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of one metric's history, ordered by (timestamp, step, value)."""

    columns: Columns
    next_page_token: str | None


def history_page(
    reader: MetricReader, run_id: str, key: str, *, max_results: int | None, page_token: str | None, most_points: int
) -> HistoryPage:
    """At most `max_results` points and at most `most_points`, which is what fits into an answer.

    Tokens are those of `series_chunks` for this run and key. An unknown run or key has no points (rest-facts §6).
    """
    if max_results is not None:
        check_between(max_results, "max_results", 1, limits.MAX_HISTORY_PAGE_POINTS)
    points = most_points if max_results is None else min(max_results, most_points)
    chunks = series_chunks(
        reader,
        (run_id,),
        (key,),
        max_points=points,
        page_token=page_token,
        chunk_points=points + 1,
        run_parameter="run_id",
        key_parameter="metric_key",
    )
    chunk = next(chunks, None)
    return HistoryPage(Columns.of(()), None) if chunk is None else HistoryPage(chunk.columns, chunk.next_page_token)


def bulk_history(reader: MetricReader, run_ids: Sequence[str], key: str, *, max_results: int | None) -> list[RunPoint]:
    """One metric's points of several runs, by (run id, timestamp, step, value), at most `max_results` in all."""
    runs = _checked_runs(run_ids, key, "run_id")
    left = limits.MAX_BULK_HISTORY_POINTS if max_results is None else max_results
    check_between(left, "max_results", 1, limits.MAX_BULK_HISTORY_POINTS)
    points: list[RunPoint] = []
    for run_id in runs:
        if left == len(points):
            break
        columns = reader.history(run_id, key, None, left - len(points))
        points += [RunPoint(run_id, *triple) for triple in columns.triples()]
    return points


def sampled_history(
    reader: MetricReader,
    run_ids: Sequence[str],
    key: str,
    *,
    start_step: int | None,
    end_step: int | None,
    max_results: int | None,
    check_in_time: Callable[[], None],
) -> list[RunPoint]:
    """One metric's points of several runs, thinned out run by run, ordered by (run id, step, timestamp, value).

    The whole histories are read: `check_in_time` is called for every chunk and raises when nobody waits any more.

    Of each run the points with ``start_step <= step <= end_step`` are put in the order (step, timestamp, value). If
    there are n of them and n is greater than m = max(2, `max_results`), those at the positions
    ``i * (n-1) // (m-1)`` for i = 0 … m-1 are returned, which include the first and the last; else all of them. So the
    number of points left out between two neighbours of the answer differs by one at the most.
    """
    runs = _checked_runs(run_ids, key, "run_ids")
    if (start_step is None) != (end_step is None):
        raise InvalidParameter("Parameters 'start_step' and 'end_step' must be given both or not at all.")
    if start_step is not None and end_step is not None and start_step > end_step:
        raise InvalidParameter(
            f"Parameter 'start_step' ({start_step}) must not be greater than parameter 'end_step' ({end_step})."
        )
    count = limits.DEFAULT_INTERVAL_POINTS if max_results is None else max_results
    check_between(count, "max_results", 1, limits.MAX_INTERVAL_POINTS)
    found: list[RunPoint] = []
    for run_id in runs:
        kept = _whole_history(reader, run_id, key, start_step, end_step, check_in_time)
        found += _sample(run_id, kept, max(2, count))
    return found


def _sample(run_id: str, kept: Columns, count: int) -> Iterator[RunPoint]:
    from trackwell_service.domain import long_series  # noqa: PLC0415 - loads numpy, which few servers need at start

    for position in long_series.spread_by_step(kept, count):
        yield RunPoint(run_id, kept.timestamps[position], kept.steps[position], kept.values[position])


def _whole_history(
    reader: MetricReader,
    run_id: str,
    key: str,
    start_step: int | None,
    end_step: int | None,
    check_in_time: Callable[[], None],
) -> Columns:
    """The points of the step range, in the order of the history; read in chunks, held at 24 bytes a point."""
    kept = Columns(array("q"), array("q"), array("d"))
    after: HistoryPosition | None = None
    while True:
        check_in_time()
        chunk = reader.history(run_id, key, after, limits.MAX_SERIES_CHUNK_POINTS)
        if len(chunk):
            after = _last_point(chunk)
            within = chunk if start_step is None or end_step is None else _within(chunk, start_step, end_step)
            kept.timestamps.extend(within.timestamps)
            kept.steps.extend(within.steps)
            kept.values.extend(within.values)
        if len(chunk) < limits.MAX_SERIES_CHUNK_POINTS:
            return kept


def _within(columns: Columns, start_step: int, end_step: int) -> Columns:
    from trackwell_service.domain import long_series  # noqa: PLC0415 - see _sample

    return long_series.within_steps(columns, start_step, end_step)


def _checked_runs(run_ids: Sequence[str], key: str, parameter: str) -> list[str]:
    check_list_size(len(run_ids), parameter, limits.MAX_RUNS_PER_HISTORY_REQUEST, low=1)
    for index, run_id in enumerate(run_ids):
        check_run_id(run_id, f"{parameter}[{index}]")
    check_key(key, "metric_key")
    return sorted(set(run_ids))


def _first(columns: Columns, count: int) -> Columns:
    return Columns(columns.timestamps[:count], columns.steps[:count], columns.values[:count])


def _last_point(columns: Columns) -> HistoryPosition:
    return HistoryPosition(columns.timestamps[-1], columns.steps[-1], columns.values[-1])


def _token(asked: str, run_index: int, chunk: SeriesChunk) -> str:
    return make_token(asked, (run_index, chunk.key, *_last_point(chunk.columns)))


def _place_in(token: str, asked: str, runs: int) -> _Place:
    position = read_token(token, asked)
    if len(position) == 5:
        run_index, key, timestamp_ms, step, value = position
        if (
            isinstance(run_index, int)
            and 0 <= run_index < runs
            and isinstance(key, str)
            and isinstance(timestamp_ms, int)
            and isinstance(step, int)
            and isinstance(value, float)
        ):
            return _Place(run_index, key, HistoryPosition(timestamp_ms, step, value))
    raise InvalidParameter(
        "Parameter 'page_token' is not one of this server. Send next_page_token exactly as it was answered."
    )
