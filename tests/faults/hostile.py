"""Files that somebody broke or built to do harm; each names the finding that must refuse it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

HEADER = "户号,用户名称,月份,用电量\n"
ROW = "1,测试有限公司,202405,100\n"
SHEET = "xl/worksheets/sheet1.xml"


def good_csv(path: Path) -> None:
    path.write_text(HEADER + ROW, encoding="utf-8")


def good_xlsx(path: Path, rows: int = 3) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.strip().split(","))
    for row in range(1, rows + 1):
        sheet.write_row(row, 0, [row, f"测试{row}有限公司", "202405", 100 + row])
    book.close()


def good_parquet(path: Path) -> None:
    pq.write_table(pa.table({"户号": ["1"], "用户名称": ["测试有限公司"], "月份": ["202405"], "用电量": [100.0]}), path)


def rebuilt(path: Path, change: Callable[[str, bytes], bytes], more: Mapping[str, bytes] | None = None) -> None:
    """Write a good workbook whose members went through ``change``, and then ``more`` members."""
    good_xlsx(path)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, change(member.filename, old.read(member.filename)))
        for name, content in (more or {}).items():
            new.writestr(name, content)


def sheet_with(content: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda path: rebuilt(path, lambda name, old: content(old) if name == SHEET else old)


def cell_at(reference: str, quote: str = '"') -> Callable[[Path], None]:
    row = re.sub(r"\D", "", reference)
    cell = f"<row r={quote}{row}{quote}><c r={quote}{reference}{quote}><v>1</v></c></row></sheetData>"
    return sheet_with(lambda old: old.replace(b"</sheetData>", cell.encode()))


def with_member(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    return lambda path: rebuilt(path, lambda _, old: old, {name: content})


def lying_size(path: Path) -> None:
    """A member of 60 MB whose headers say 9,000 bytes."""
    rebuilt(path, lambda _, old: old, {"xl/worksheets/sheet9.xml": bytes(60_000_000)})
    raw = path.read_bytes()
    path.write_bytes(raw.replace((60_000_000).to_bytes(4, "little"), (9_000).to_bytes(4, "little")))


def many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(3_000):
            archive.writestr(f"xl/{number}.xml", "")


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content.encode(encoding)) and None


def raw(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def cut(make: Callable[[Path], None], share: float) -> Callable[[Path], None]:
    def build(path: Path) -> None:
        make(path)
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return build


def nested_parquet(path: Path) -> None:
    pq.write_table(pa.table({"户号": [[1]], "用户名称": ["测试"], "月份": ["202405"], "用电量": [1]}), path)


BIG_COMMENT = b"<!--" + b"x" * 6_000 + b"--><!DOCTYPE a [<!ENTITY b 'c'>]>"

REFUSED: dict[str, tuple[str, Callable[[Path], None]]] = {
    "empty": ("file-empty", raw(b"")),
    "blank": ("file-empty", raw(b" \n \n")),
    "header only": ("too-few-rows", text(HEADER)),
    "truncated workbook": ("file-damaged", cut(good_xlsx, 0.6)),
    "truncated parquet": ("file-damaged", cut(good_parquet, 0.6)),
    "wrong columns": ("columns-not-recognised", text("甲,乙\n1,2\n")),
    "needed column absent": ("columns-not-recognised", text("户号,用户名称,月份\n1,测试,202405\n")),
    "column twice": ("column-repeated", text("户号,用户名称,月份,用电量,用电量\n1,测试,202405,1,2\n")),
    "utf-16 text": ("text-utf16", text(HEADER + ROW, "utf-16")),
    "utf-16 without mark": ("text-with-nul", text(HEADER + ROW, "utf-16-le")),
    "nul in text": ("text-with-nul", text(HEADER + "1,测试\0,202405,1\n")),
    "late nul in text": ("text-with-nul", text(HEADER + ROW * 1000 + "\0")),
    "unknown encoding": ("encoding-unknown", raw(HEADER.encode("gb18030") + b"\xff\xff\xff,1\n")),
    "two encodings": ("encoding-mixed", raw(HEADER.encode("utf-8") + "2,测试乙,202405,1\n".encode("gb18030"))),
    "garbled": ("text-garbled", text(HEADER + "1,锟斤拷锟斤拷,202405,1\n")),
    "replacement characters": ("text-garbled", text(HEADER + "1,\ufffd\ufffd,202405,1\n")),
    "unbalanced quotes": ("quotes-unbalanced", text(HEADER + '1,"测试,202405,1\n' * 3)),
    "one long line": ("line-too-long", text(HEADER + "x" * 3_000_000)),
    "pdf": ("kind-not-taken", raw(b"%PDF-1.7 ...")),
    "gzip": ("kind-not-taken", raw(b"\x1f\x8b\x08\x00rest")),
    "zip that is no workbook": ("kind-not-taken", lambda path: zipfile.ZipFile(path, "w").writestr("a", "b")),
    "old or encrypted": ("workbook-old-or-encrypted", raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))),
    "binary workbook": ("workbook-binary", lambda path: zipfile.ZipFile(path, "w").writestr("xl/workbook.bin", "b")),
    "macros": ("workbook-with-macros", with_member("xl/vbaProject.bin")),
    "external links": ("workbook-with-external-links", with_member("xl/externalLinks/externalLink1.xml", b"<a/>")),
    "path outside": ("archive-path-outside", with_member("../../outside.xml", b"<a/>")),
    "absolute path": ("archive-path-outside", with_member("/outside.xml", b"<a/>")),
    "windows path outside": ("archive-path-outside", with_member("..\\outside.xml", b"<a/>")),
    "bomb": ("archive-bomb", with_member("xl/media/big.xml", bytes(250_000_000))),
    "lying size": ("file-damaged", lying_size),
    "many members": ("archive-too-many-members", many_members),
    "cell at XFD1048576": ("sheet-too-many-rows", cell_at("XFD1048576")),
    "cell at XFD20": ("sheet-too-many-columns", cell_at("XFD20")),
    "cell at A1048576": ("sheet-too-many-rows", cell_at("A1048576")),
    "cell nowhere": ("sheet-too-many-rows", cell_at("ZZZZZ99999999")),
    "far cell in single quotes": ("sheet-too-many-rows", cell_at("XFD1048576", "'")),
    "utf-16 sheet": ("sheet-utf16", sheet_with(lambda old: old.decode().replace("UTF-8", "UTF-16").encode("utf-16"))),
    "doctype at the head": ("xml-with-doctype", sheet_with(lambda old: b"<!DOCTYPE a>" + old)),
    "doctype behind a comment": ("xml-with-doctype", sheet_with(lambda old: BIG_COMMENT + old)),
    "broken xml": ("file-damaged", sheet_with(lambda old: old.replace(b"</row>", b"</wor>"))),
    "empty sheet": ("file-without-rows", sheet_with(lambda old: re.sub(rb"<row.*</row>", b"", old, flags=re.DOTALL))),
    "no sheet": ("file-damaged", lambda path: zipfile.ZipFile(path, "w").writestr("xl/workbook.xml", "<workbook/>")),
    "nested parquet": ("columns-nested", nested_parquet),
    "broken json": ("json-broken", text('{"户号": 1,\n')),
    "json of lists": ("json-not-objects", text("[[1,2],[3,4]]")),
    "nested json": ("json-nested", text('[{"户号": {"a": 1}, "用户名称": "x", "月份": "202405", "用电量": 1}]')),
    "deep json": ("json-broken", text("[" * 200_000)),
}

SET_ASIDE: dict[str, tuple[str, str]] = {
    "negative count": ("negative-not-expected", "1,测试有限公司,202405,-5"),
    "impossible day": ("not-a-date", "1,测试有限公司,2024-02-30,5"),
    "month 13": ("not-a-date", "1,测试有限公司,202413,5"),
    "not a number": ("not-a-number", "1,测试有限公司,202405,NaN"),
    "infinity": ("not-a-number", "1,测试有限公司,202405,Infinity"),
    "too large": ("not-a-number", "1,测试有限公司,202405,1e400"),
    "just too large": ("not-a-number", "1,测试有限公司,202405,99999999999999999999"),
    "a formula for a number": ("not-a-number", "1,测试有限公司,202405,=1+1"),
    "an error of a spreadsheet": ("not-a-number", "1,测试有限公司,202405,#DIV/0!"),
    "a needed cell empty": ("value-missing", "1,,202405,5"),
    "direction override": ("hidden-characters", "1,测试\u202e限有公司,202405,5"),
    "control character": ("hidden-characters", "1,测试\u0007有限公司,202405,5"),
    "a cell too many": ("row-wider-than-header", "1,测试,有限公司,202405,5"),
}
