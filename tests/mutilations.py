"""Files mutilated in every way that we could think of, made from a number: the same number, the same file.

Each comes with the headlines that must survive in it: those of good records beside a broken one.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

LIMITS = {"max_article_mb": 0.05, "max_unpacked_mb": 1.0}
"""Limits under which the bombs are bombs."""

ARTICLE_CHARACTERS, UNPACKED_BYTES = 50_000, 1_000_000

SUFFIXES = (
    ".txt",
    ".jsonl",
    ".json",
    ".csv",
    ".tsv",
    ".parquet",
    ".html",
    ".rtf",
    ".docx",
    ".zip",
    ".txt.gz",
    ".csv.zst",
)

_JUNK: Sequence[bytes] = (
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b",",
    b"\r", b"\xc3", b"\t", b"<", b">", b"&#0;", b"\xe2\x80\x8b", b"\xe2\x80\xae", b"\\ud800", b"\x1a", b"\xe2\x80\xa8",
)  # fmt: skip
_ODD_TEXT: Sequence[str] = (
    "\ud800", "a\udfffb", "\u200b" * 40, "\u202e" + "txet", "\x00" * 9, "\u2066\u2067\u2069", "é" * 40, "(" * 900,
    "9" * 400, "x" * 70_000, "U.S." * 90, "\u2028\x85\x0b\x0c", "İ" * 30, "- " * 400, "", " ", "\ufeff\u00ad",
)  # fmt: skip
_TEXT = "Police arrested nine protesters in Kano on Wednesday, a day after clashes."
_NAMES: Sequence[str] = (
    "a\nb{}.txt", "\x1b[31m{}.txt", "-{}.txt", "--out{}.txt", " {} .txt", "\u202etxt{}.txt", "'\"{}`$(x).txt", "{}%s%n.txt",
    "\u200b{}.txt", "é{}\u0301.txt", "{}" + "n" * 180 + ".txt", "{}.TXT", "{}..txt", "{}.csv.txt", "#{}.txt", "{}\t.txt",
)  # fmt: skip


class Mutilated(NamedTuple):
    """A file's name and content, and the headlines of what must be read in it all the same."""

    name: str
    content: bytes
    survivors: tuple[str, ...] = ()


def mutilated(number: int) -> Mutilated:
    """The file of a number; kinds of damage follow one another."""
    rng = Random(number)
    name, content, survivors = _DAMAGES[number % len(_DAMAGES)](rng, number)
    return Mutilated(f"{number:05} {name}" if name[0] == "." else name, content, survivors)


def good(number: int, part: str = "") -> dict[str, str]:
    """A record in which nothing is wrong."""
    return {
        "id": f"good-{number}{part}",
        "title": f"Neighbour {number}{part} holds talks",
        "text": f"{_TEXT} Case {number}{part}.",
        "date": "2024-01-05",
    }


def edited(rng: Random, whole: bytes, marks: bool = True) -> bytes:
    """Bytes flipped, put in, cut out, doubled; the end cut off. Without ``marks`` no line is begun or ended."""
    data = bytearray(whole)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        match rng.choice(("flip", "insert", "cut", "double", "truncate")):
            case "flip" if at < len(data):
                data[at] ^= rng.randint(1, 255)
            case "insert":
                data[at:at] = rng.choice(_JUNK) * rng.choice((1, 1, 1, 40))
            case "cut":
                del data[at : at + rng.randint(1, 60)]
            case "double":
                data[at:at] = data[at : at + 80]
            case "truncate":
                del data[at:]
    return bytes(data) if marks else bytes(data).replace(b"\n", b" ").replace(b"\r", b" ")


def _odd_record(rng: Random, number: int) -> dict[str, Any]:
    record: dict[str, Any] = good(number, "x")
    for name in rng.sample([*record, "language", "more"], 2):
        record[name] = rng.choice((*_ODD_TEXT, None, True, 5, 1e308, 10**400, [], {"a": [1]}, "xx"))
    return record


def _broken_line(rng: Random, number: int) -> bytes:
    """A line of JSON that is broken, or odd."""
    choice = rng.randrange(4)
    if choice == 0:
        depth = rng.choice((10, 900, 60_000))
        return (rng.choice(("[", '{"text":', '[{"a":')) * depth + rng.choice(("", "]", "}")) * depth).encode()
    if choice == 1:
        return rng.randbytes(rng.randrange(200)).replace(b"\n", b"")
    raw = json.dumps(_odd_record(rng, number), ensure_ascii=rng.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )
    return edited(rng, raw, marks=False) if choice == 2 else raw


def _around(number: int) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    before, after = good(number, "a"), good(number, "b")
    return before, after, (before["title"], after["title"])


def _lines(rng: Random, number: int) -> Mutilated:
    before, after, titles = _around(number)
    lines = [json.dumps(before).encode(), _broken_line(rng, number), json.dumps(after).encode()]
    return Mutilated(".jsonl", b"\n".join(lines), titles)


def _array(rng: Random, number: int) -> Mutilated:
    before, after, titles = _around(number)
    broken = edited(rng, json.dumps(_odd_record(rng, number)).encode(), marks=False)
    lines = [json.dumps(before).encode(), broken, json.dumps(after).encode()]
    return Mutilated(".json", b"[\n" + b",\n".join(lines) + b"\n]\n", titles)


def _rows(rng: Random, number: int) -> Mutilated:
    before, after, titles = _around(number)

    def row(record: dict[str, str]) -> bytes:
        return ",".join('"' + value.replace('"', '""') + '"' for value in record.values()).encode()

    broken = edited(rng, row(good(number, "x")), marks=False)
    return Mutilated(
        ".csv", b"\n".join([",".join(before).encode(), row(before), broken, row(after), b""]), titles
    )


def _factiva(record: dict[str, str], number: str, text: bytes) -> bytes:
    head = f"{record['title']}\n40 words\n5 January 2024\nThe Gazette\nGAZET\nEnglish\nCopyright 2024 The Gazette\n\n"
    return head.encode() + text + f"\n\nDocument GAZET0000020240105ek{number}\n\n".encode()


def _proquest(record: dict[str, str], number: str, text: bytes) -> bytes:
    rest = (
        f"\n\nTitle: {record['title']}\n\nPublication date: Jan 5, 2024\n\nProQuest document ID: {number}\n"
    )
    return b"_" * 60 + b"\n\nFull text: " + text + rest.encode()


def _nexis(record: dict[str, str], number: str, text: bytes) -> bytes:
    head = f"   {int(number) % 9 + 1} of 9 DOCUMENTS\n\n  The Gazette\n\n  January 5, 2024\n\n{record['title']}\n\nLENGTH: 9 words\n\n"
    return head.encode() + text + b"\n\nLOAD-DATE: January 5, 2024\n\n"


def _export(rng: Random, number: int) -> Mutilated:
    before, after, titles = _around(number)
    layout = rng.choice((_factiva, _proquest, _nexis))
    broken = edited(rng, _TEXT.encode() * 3, marks=False)
    parts = [
        layout(before, f"{number}1", before["text"].encode()),
        layout(good(number, "x"), f"{number}2", broken),
        layout(after, f"{number}3", after["text"].encode()),
    ]
    return Mutilated(".txt", b"".join(parts), titles)


def _page(rng: Random, number: int) -> Mutilated:
    tag = rng.choice(("div", "b", "p><i", "table><tr><td", "ul><li", "span"))
    deep = f"<{tag}>" * rng.choice((3, 300, 20_000))
    page = f"<html><head><title>T</title></head><body>{deep}<p>{_TEXT * 4}</p></body></html>".encode()
    return Mutilated(".html", edited(rng, page) if rng.random() < 0.7 else page)


def _random(rng: Random, number: int) -> Mutilated:
    magic = rng.choice(
        (b"", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"PAR1", b"{\\rtf1", b"<html>", b"[")
    )
    return Mutilated(rng.choice(SUFFIXES), magic + rng.randbytes(rng.randrange(2000)))


def _empty(rng: Random, number: int) -> Mutilated:
    blanks = rng.choice((b"", b"", b"\n", b"  \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00"))
    return Mutilated(rng.choice(SUFFIXES), blanks)


def _bomb(rng: Random, number: int) -> Mutilated:
    title = good(number)["title"]
    line = json.dumps(good(number)).encode() + b"\n"
    blanks = rng.choice((b"\n", b" ", b"[", b'"', b"\x00")) * 3_000_000
    match rng.randrange(5):
        case 0:
            return Mutilated(".jsonl.gz", gzip.compress(line + blanks, 1), (title,))
        case 1:
            return Mutilated(".jsonl.zst", _zstd(line + blanks), (title,))
        case 2:
            return Mutilated(
                ".zip", _zip({"a.jsonl": line, "b.txt": blanks, "c.csv": b"text\n" + blanks}), (title,)
            )
        case 3:
            return Mutilated(".docx", _zip({"word/document.xml": blanks}))
        case _:
            return Mutilated(".txt.gz", gzip.compress(gzip.compress(gzip.compress(blanks, 1), 1), 1))


def _cut_packing(rng: Random, number: int) -> Mutilated:
    raw = json.dumps(good(number)).encode() * 30
    packed = rng.choice((gzip.compress, _zstd))(raw)
    return Mutilated(rng.choice((".jsonl.gz", ".csv.zst", ".txt.gz")), edited(rng, packed))


def _table(rng: Random, number: int) -> Mutilated:
    rows = pa.Table.from_pylist([good(number, part) for part in "abc"])
    if rng.random() < 0.3:
        names = [rng.choice(("x", "text", "", "date", "\u200b", "a\nb")) + str(n) for n in range(4)]
        rows = rows.rename_columns(names)
    out = io.BytesIO()
    pq.write_table(rows, out, compression=rng.choice(("zstd", "none")), use_dictionary=rng.random() < 0.5)
    return Mutilated(".parquet", edited(rng, out.getvalue()))


def _wrong_columns(rng: Random, number: int) -> Mutilated:
    names = [
        rng.choice(("number", "txt", "text", "text", "date", "", '"', "id", "\x00", "x" * 900))
        for _ in range(4)
    ]
    rows = ["\t,;"[rng.randrange(3)].join(names), "a,b,c,d", "1\t2\t3\t4", ";;;"]
    return Mutilated(rng.choice((".csv", ".tsv")), "\n".join(rows).encode())


def _rich(rng: Random, number: int) -> Mutilated:
    lines = f"T\nGazette\nJanuary 5, 2024\nBody\n{_TEXT}\nLoad-Date: January 5, 2024\nEnd of Document\n"
    raw = b"{\\rtf1\\ansi " + lines.replace("\n", "\\par\n").encode() + b"}"
    return Mutilated(".rtf", edited(rng, raw))


def _plain(rng: Random, number: int) -> Mutilated:
    text = (
        f"Title {number}\n{_TEXT} {rng.choice(_ODD_TEXT)} Soldiers shelled {rng.choice(_ODD_TEXT)} near Gao."
    )
    raw = text.encode(rng.choice(("utf-8", "utf-16")), "surrogatepass")
    return Mutilated(".txt", edited(rng, raw) if rng.random() < 0.5 else raw)


def _name(rng: Random, number: int) -> Mutilated:
    record = good(number)
    name = rng.choice(_NAMES).replace("{}", f"{number:05}")
    return Mutilated(name, f"{record['title']}\n{record['text']}".encode(), (record["title"],))


def _zstd(raw: bytes) -> bytes:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(raw)
    return bytes(out.getvalue())


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


_DAMAGES: Sequence[Callable[[Random, int], Mutilated]] = (
    _random, _lines, _rows, _array, _export, _page, _empty, _bomb, _cut_packing, _table, _wrong_columns, _rich, _plain,
    _name, _lines, _rows, _array, _export,
)  # fmt: skip
