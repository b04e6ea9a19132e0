"""Reads one file of each kind: a text, a metric's summary, an input, an output, a dataset."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from trackwell_service.domain.entities import MetricSummary
from trackwell_service.domain.limits import MAX_MODEL_HISTORY_CHARS
from trackwell_service.domain.series import summarize, summary_of_point
from trackwell_service.stores.file import disk, meta_yaml, metric_lines, records
from trackwell_service.stores.file.disk import Folder, Signature
from trackwell_service.stores.file.layout import MAX_LINE_BYTES, META, is_key
from trackwell_service.stores.file.meta_yaml import BadMeta, Meta
from trackwell_service.stores.file.trees import Reader, Report, is_meta_name

Value = TypeVar("Value")

MAX_TEXT_BYTES: Final = 4 * MAX_MODEL_HISTORY_CHARS
"""The file of a param or tag: the longest tag there is, at four bytes a character."""

PIECE_BYTES: Final = MAX_LINE_BYTES
"""How much of a metric's file is read at a time: some 200,000 points, or the longest line."""

ANCHOR_BYTES: Final = 48
"""How much of what was read before is compared when only the rest of a metric's file is read: about a line."""

_EMPTY_PAUSES_S: Final = (0.002, 0.01, 0.05)
"""How long to wait for a meta.yaml that is being written, which old versions do in place (rest-facts §10)."""


class MetricTail(NamedTuple):
    """How far a metric's file was read, and what is known of it. `anchor` are the last bytes that were read."""

    inode: int
    size_bytes: int
    anchor: bytes
    summary: MetricSummary | None


class Values:
    """The readers of a tree's files."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.texts = Reader(self._read_text, self._text)
        """Params and tags: exactly what is in the file."""
        self.metrics = Reader(self._read_metric, self._metric)
        """Metrics: their summaries. Of a file that has grown, only the rest is read: appending is the only write."""
        self.inputs = Reader(self._read_meta(records.input_meta), None)
        """Inputs of a run."""
        self.outputs = Reader(self._read_meta(records.output_meta), None)
        """Outputs of a run."""
        self.datasets = Reader(self._read_meta(records.dataset), None)
        """Datasets of an experiment."""

    def _read_text(self, folder: Folder, name: str, _known: str | None) -> tuple[Signature, str | None]:
        data, signature = folder.read(name, MAX_TEXT_BYTES)
        return signature, self._text(folder, name, signature, data)

    def _text(self, folder: Folder, name: str, _signature: Signature, data: bytes) -> str | None:
        if not is_key(name):
            self.report(f"{folder.path}/{name}", "its name is no key")
            return None
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            self.report(f"{folder.path}/{name}", "it holds no text in UTF-8")
            return None
        return text

    def _read_metric(self, folder: Folder, name: str, known: MetricTail | None) -> tuple[Signature, MetricTail | None]:
        if known is not None and known.size_bytes:
            data, signature = folder.read_piece(name, known.size_bytes - len(known.anchor), PIECE_BYTES)
            if signature.inode == known.inode and data.startswith(known.anchor):
                return signature, self._metric_after(folder, name, known, data[len(known.anchor) :], signature)
        data, signature = folder.read_piece(name, 0, PIECE_BYTES)
        return signature, self._metric(folder, name, signature, data)

    def _metric(self, folder: Folder, name: str, signature: Signature, data: bytes) -> MetricTail | None:
        """The metric whose file begins with `data`; the rest is read."""
        if not is_key(name):
            self.report(f"{folder.path}/{name}", "its name is no key")
            return None
        if data.find(b"\n") + 1 == len(data) == signature.size_bytes:
            # By far the most metrics have one point.
            point = metric_lines.point_of(data)
            if point is not None:
                return MetricTail(signature.inode, len(data), data[-ANCHOR_BYTES:], summary_of_point(*point))
        return self._metric_after(folder, name, MetricTail(signature.inode, 0, b"", None), data, signature)

    def _metric_after(
        self, folder: Folder, name: str, known: MetricTail, data: bytes, signature: Signature
    ) -> MetricTail:
        """What is known of the metric after `data`, which begins where `known` ends, and what follows in the file."""
        _, offset, anchor, summary = known
        bad = 0
        while data:
            lines = metric_lines.parse(data)
            if not lines.size_bytes:
                bad += len(data) >= PIECE_BYTES
                break
            bad += lines.bad
            if len(lines.columns):
                summary = summarize(lines.columns, summary)
            offset += lines.size_bytes
            anchor = data[: lines.size_bytes][-ANCHOR_BYTES:]
            if offset >= signature.size_bytes:
                break
            data, _ = folder.read_piece(name, offset, PIECE_BYTES)
        if bad:
            self.report(f"{folder.path}/{name}", "some of its lines are no points; the others are shown")
        return MetricTail(signature.inode, offset, anchor, summary)

    def _read_meta(
        self, made: Callable[[Meta], Value]
    ) -> Callable[[Folder, str, Value | None], tuple[Signature, Value | None]]:
        def read(folder: Folder, name: str, _known: Value | None) -> tuple[Signature, Value | None]:
            path = f"{folder.path}/{name}"
            if not is_meta_name(name):
                self.report(path, f"only <id>/{META} is expected here")
                return folder.read_piece(name, 0, 0)[1], None
            meta, signature = read_meta(path)
            try:
                if isinstance(meta, BadMeta):
                    raise meta
                return signature, made(meta)
            except BadMeta as error:
                self.report(path, str(error))
                return signature, None

        return read


def read_meta(path: str) -> tuple[Meta | BadMeta, Signature]:
    """A meta.yaml. Raises OSError; an empty one is read again, since it may be being written."""
    data, signature = disk.read(path, meta_yaml.MAX_META_BYTES)
    for pause_s in _EMPTY_PAUSES_S:
        if data or signature.mtime_ns < time.time_ns() - 1_000_000_000:
            break
        time.sleep(pause_s)
        data, signature = disk.read(path, meta_yaml.MAX_META_BYTES)
    try:
        return meta_yaml.parse(data), signature
    except BadMeta as error:
        return error, signature
