"""Reads one file of each kind: a text, a metric's summary, an input, an output, a dataset."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from trackwell_service.domain.entities import Dataset, MetricSummary
from trackwell_service.domain.limits import MAX_MODEL_HISTORY_CHARS
from trackwell_service.domain.series import summarize
from trackwell_service.stores.file import disk, meta_yaml, metric_lines, records
from trackwell_service.stores.file.disk import Signature
from trackwell_service.stores.file.layout import META, is_key
from trackwell_service.stores.file.meta_yaml import BadMeta, Meta
from trackwell_service.stores.file.records import InputMeta, OutputMeta
from trackwell_service.stores.file.trees import Report

Value = TypeVar("Value")

MAX_TEXT_BYTES: Final = 4 * MAX_MODEL_HISTORY_CHARS
"""The file of a param or tag: the longest tag there is, at four bytes a character."""

PIECE_BYTES: Final = 16 * 1024 * 1024
"""How much of a metric's file is read at a time: half a million points."""

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
    """The readers of a tree's files (`trees.Read`)."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def text(self, path: str, name: str, _known: str | None) -> tuple[Signature, str | None]:
        """A param's or tag's value, exactly."""
        data, signature = disk.read(path, MAX_TEXT_BYTES)
        if not is_key(name):
            self.report(path, "its name is no key")
            return signature, None
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            self.report(path, "it holds no text in UTF-8")
            return signature, None
        return signature, text

    def metric(self, path: str, name: str, known: MetricTail | None) -> tuple[Signature, MetricTail | None]:
        """A metric's summary. Of a file that has grown, only the rest is read: appending is the only write."""
        if not is_key(name):
            self.report(path, "its name is no key")
            return disk.read_piece(path, 0, 0)[1], None
        offset, summary, anchor = 0, None, b""
        if known is not None and known.size_bytes:
            before = known.size_bytes - len(known.anchor)
            data, signature = disk.read_piece(path, before, PIECE_BYTES)
            if signature.inode == known.inode and data.startswith(known.anchor):
                offset, summary, anchor = known.size_bytes, known.summary, known.anchor
                data = data[len(known.anchor) :]
            else:
                data, signature = disk.read_piece(path, 0, PIECE_BYTES)
        else:
            data, signature = disk.read_piece(path, 0, PIECE_BYTES)
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
            data, _ = disk.read_piece(path, offset, PIECE_BYTES)
        if bad:
            self.report(path, "some of its lines are no points; the others are shown")
        return signature, MetricTail(signature.inode, offset, anchor, summary)

    def input(self, path: str, name: str, _known: InputMeta | None) -> tuple[Signature, InputMeta | None]:
        """An input of a run."""
        return self._meta(path, name, records.input_meta)

    def output(self, path: str, name: str, _known: OutputMeta | None) -> tuple[Signature, OutputMeta | None]:
        """An output of a run."""
        return self._meta(path, name, records.output_meta)

    def dataset(self, path: str, name: str, _known: Dataset | None) -> tuple[Signature, Dataset | None]:
        """A dataset of an experiment."""
        return self._meta(path, name, records.dataset)

    def _meta(self, path: str, name: str, made: Callable[[Meta], Value]) -> tuple[Signature, Value | None]:
        if name.count("/") != 1 or not name.endswith(f"/{META}"):
            self.report(path, f"only <id>/{META} is expected here")
            return disk.read_piece(path, 0, 0)[1], None
        meta, signature = read_meta(path)
        try:
            if isinstance(meta, BadMeta):
                raise meta
            return signature, made(meta)
        except BadMeta as error:
            self.report(path, str(error))
            return signature, None


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
