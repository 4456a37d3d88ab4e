"""CSV files in parts: columns without a loop over rows where the text is regular, cell by cell where it is not.

Regular is a block whose lines all have as many cells, with quotes only around whole cells of one line. The
first lines, where titles stand, and every irregular block go through the standard reader, so that both ways
give the same cells.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from huoju.core.texts import bytes_of
from huoju.sources.coded import coded, is_coded
from huoju.sources.files.encoding import check_lines, find_encoding, utf8_until
from huoju.sources.files.limits import Limits
from huoju.sources.files.refusal import Refusal

ROW = "__row__"
BLOCK = 8 << 20  # bytes of text that make one part
_AT_ONCE = 1 << 20  # bytes looked at and parsed at once: they and their cells stay near the processor
_HEAD = 40  # lines that go cell by cell: titles and headers
_LEAST = 64 << 10  # an irregular block is halved down to this
_SLOW_ROWS = 50_000
_SNIFFED = 64 << 10
_GARBLED = tuple(mark.encode() for mark in ("\ufffd", "锟斤拷"))


class CsvParts:
    """The rows of a CSV file, part by part; ``encoding`` is known at once, ``sha256`` when all parts were read."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.encoding = find_encoding(path, limits, min(BLOCK, _AT_ONCE))
        self._path, self._limits = path, limits
        self._digest = hashlib.sha256()
        self._line = 1  # of the next row

    @property
    def sha256(self) -> str:
        """The hash of the bytes that were read."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[pa.Table]:
        with self._path.open("rb") as file:
            head = file.read(_SNIFFED).decode(self._codec, "ignore")
            self._delimiter = ord(max(",;\t", key=head.count))  # whichever the first lines use most
            file.seek(0)
            block = self._read(file)
            while block:
                end = block.rfind(b"\n") + 1
                rest = b""
                while not end and (more := self._read(file)):  # a line longer than a block
                    check_lines(block, self._limits)
                    block += more
                    end = block.rfind(b"\n") + 1
                if end:
                    block, rest = block[:end], block[end:]
                check_lines(block, self._limits)
                text = self._utf8(block)
                if b'"' in text and not _quotes_whole_cells(text, self._delimiter):
                    find_encoding(self._path, self._limits, BLOCK, whole=True)
                    yield from self._cell_by_cell(io.BytesIO(block + rest), file)
                    return
                yield from self._regular(text)
                block = rest + self._read(file)

    @property
    def _codec(self) -> str:
        return "gb18030" if self.encoding == "gb18030" else "utf-8"

    def _read(self, file: BinaryIO) -> bytes:
        first = file.tell() == 0
        block = file.read(BLOCK)
        self._digest.update(block)
        return block.removeprefix(codecs.BOM_UTF8) if first else block

    def _utf8(self, block: bytes) -> bytes:
        if self._codec == "utf-8":
            good = utf8_until(block)
            if good < len(block):
                raise Refusal("encoding-mixed", line=self._line + block.count(b"\n", 0, good))
            return block
        return _decoded(block).encode()

    def _regular(self, text: bytes) -> Iterator[pa.Table]:
        if self._line == 1:
            place = 0
            for _ in range(_HEAD):
                place = (text.find(b"\n", place) + 1) or len(text)
            yield from self._slowly(text[:place])
            text = text[place:]
        if not text:
            return
        table = self._columns(text)
        middle = text.rfind(b"\n", 0, len(text) // 2) + 1 or text.find(b"\n") + 1
        if table is not None:
            yield table
        elif len(text) <= _LEAST or b'"' in text or middle in (0, len(text)):
            yield from self._slowly(text)
        else:
            yield from self._regular(text[:middle])
            yield from self._regular(text[middle:])

    def _columns(self, text: bytes) -> pa.Table | None:
        """Return the rows of a block whose lines all have as many cells; None where they have not."""
        lines = int(np.count_nonzero(np.frombuffer(text, np.uint8) == 10)) + (not text.endswith(b"\n"))
        if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
            return None
        try:
            first = pa_csv.read_csv(pa.BufferReader(text[: text.find(b"\n") + 1] or text), **self._options(None))
            width = first.num_columns
            self._check_width(width)
            names = [str(place) for place in range(width)]
            table = pa_csv.read_csv(pa.BufferReader(text), **self._options(names))
        except pa.ArrowInvalid:
            return None
        if width < 2 or len(table) != lines:
            return None
        rows = pa.array(np.arange(self._line, self._line + lines))
        self._line += lines
        filled = _are_filled(table)
        if filled is not None:
            table, rows = table.filter(filled), rows.filter(filled)
        return _table(rows, table.columns)

    def _options(self, names: list[str] | None) -> dict[str, object]:
        types = None if names is None else {name: pa.string() for name in names}
        return {
            "read_options": pa_csv.ReadOptions(
                column_names=names, autogenerate_column_names=names is None, use_threads=False, block_size=_AT_ONCE
            ),
            "parse_options": pa_csv.ParseOptions(delimiter=chr(self._delimiter), ignore_empty_lines=False),
            "convert_options": pa_csv.ConvertOptions(
                check_utf8=False, column_types=types, null_values=[""], strings_can_be_null=True
            ),
        }

    def _slowly(self, text: bytes) -> Iterator[pa.Table]:
        return self._read_rows(io.StringIO(text.decode(), newline=""))

    def _cell_by_cell(self, held: io.BytesIO, file: BinaryIO) -> Iterator[pa.Table]:
        """Yield all that is left of a file through the standard reader."""
        return self._read_rows(
            io.TextIOWrapper(io.BufferedReader(_Chained(held, file, self._digest)), self._codec, newline="")
        )

    def _read_rows(self, text: io.StringIO | io.TextIOWrapper) -> Iterator[pa.Table]:
        csv.field_size_limit(self._limits.line)
        base = self._line - 1
        reader = csv.reader(text, delimiter=chr(self._delimiter), strict=True)
        numbers: list[int] = []
        rows: list[list[str | None]] = []
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    numbers.append(self._line)
                    rows.append([cell if cell else None for cell in row])
                self._line = base + reader.line_num + 1
                if len(rows) >= _SLOW_ROWS:
                    yield self._padded(numbers, rows)
                    numbers, rows = [], []
        except csv.Error:
            raise Refusal("quotes-unbalanced", line=self._line) from None
        except UnicodeDecodeError:
            raise Refusal("encoding-unknown", tried="utf-8, utf-8-sig, gb18030") from None
        if rows:
            yield self._padded(numbers, rows)

    def _padded(self, numbers: list[int], rows: list[list[str | None]]) -> pa.Table:
        width = max(map(len, rows))
        self._check_width(width)
        padded = [row + [None] * (width - len(row)) for row in rows]
        columns = [pa.chunked_array([[row[place] for row in padded]], pa.string()) for place in range(width)]
        return _table(pa.array(numbers, pa.int64()), columns)

    def _check_width(self, width: int) -> None:
        if width > self._limits.columns:
            raise Refusal("sheet-too-many-columns", at_most=self._limits.columns)


class _Chained(io.RawIOBase):
    """Bytes already read, then the rest of a file, hashed as it is read."""

    def __init__(self, held: io.BytesIO, file: BinaryIO, digest: hashlib._Hash) -> None:
        self._held, self._file, self._digest = held, file, digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        found = self._held.read(len(buffer))
        if not found:
            found = self._file.read(len(buffer))
            self._digest.update(found)
        buffer[: len(found)] = found
        return len(found)


def _decoded(block: bytes) -> str:
    try:
        return block.decode("gb18030")
    except UnicodeDecodeError:
        raise Refusal("encoding-unknown", tried="utf-8, utf-8-sig, gb18030") from None


def _table(rows: pa.Array, columns: list[pa.ChunkedArray]) -> pa.Table:
    """Return a part, its columns coded where few texts repeat; raises ``Refusal`` where text is garbled."""
    found = [coded(column) for column in columns]
    for column in found:
        content = bytes_of(column.dictionary if is_coded(column) else column)
        if content.size and content.max() > 127 and any(mark in content.tobytes() for mark in _GARBLED):
            raise Refusal("text-garbled", sample="锟斤拷 / \ufffd")
    return pa.table([rows, *found], names=[ROW, *map(str, range(len(found)))])


def _quotes_whole_cells(text: bytes, delimiter: int) -> bool:
    """Return whether every quote opens or closes a cell, or stands doubled inside one, and no cell spans lines."""
    content = np.frombuffer(b"\n" + text + b"\n", np.uint8)
    places = np.flatnonzero(content == ord('"'))
    if places.size % 2:
        return False
    opening, closing = places[::2], places[1::2]
    before, after = content[opening - 1], content[closing + 1]
    doubled = np.zeros(places.size, dtype=bool)
    doubled[1:] = np.diff(places) == 1
    opens = (before == delimiter) | (before == 10) | doubled[::2]
    closes = (after == delimiter) | (after == 10) | (after == 13) | np.append(doubled[2::2], False)
    if not (opens.all() and closes.all()):
        return False
    ends = np.flatnonzero((content == 10) | (content == 13))
    return not bool((np.searchsorted(places, ends) % 2).any())


def _are_filled(table: pa.Table) -> pa.Array | None:
    """Return in which rows any cell holds more than blanks; None where all do."""
    filled = np.zeros(len(table), dtype=bool)
    for column in table.columns:
        left = np.flatnonzero(~filled)
        if not left.size:
            return None
        asked = column if left.size == len(table) else column.take(pa.array(left))
        written = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(asked), ""), False)
        filled[left] = written.to_numpy()
    return None if filled.all() else pa.array(filled)
