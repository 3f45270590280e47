"""Fills the disk under a run: it must say so in one line, leave the earlier tables as they were, and go on when there is room.

    python tests/soak/disk.py [--articles N]

Real articles, the real command, on a small tmpfs where one can be mounted (which takes root), and under a limit to the size of
files, which every user may set and which fails a write in the same way.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

from bench import articles
from kills import command, files, finished

KILOBYTE = 1024


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """A disk of this size at the folder while the context lasts; False where none can be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def enlarge(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=1g", str(folder)], check=True)


def limit(most: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def refused(source: Path, out: Path, most: int | None = None) -> list[str]:
    """What was wrong with a run that has too little room."""
    before = files(out)
    done = subprocess.run(
        command(source, out),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=None if most is None else partial(limit, most),
    )
    faults = []
    if done.returncode != 2:
        faults.append(f"status {done.returncode}")
    # What a run of minutes tells of its progress may stand before.
    said = done.stderr.strip().splitlines()[-1:]
    if "the disk is full" not in "".join(said) or "Traceback" in done.stderr:
        faults.append(f"said {done.stderr!r}")
    if files(out) != before:
        faults.append("the earlier tables have changed")
    print(f"    {''.join(said)}")
    return faults


def told(what: str, faults: list[str]) -> int:
    print(f"{what}: {'; '.join(faults) or 'as it should be'}", flush=True)
    return len(faults)


def soak(scratch: Path, number: int) -> int:
    """Number of faults."""
    records = [json.dumps(record) for record in articles(number)]
    few, many = scratch / "few.jsonl", scratch / "many.jsonl"
    few.write_text("\n".join(records[:5]) + "\n", encoding="utf-8")
    many.write_text("\n".join(records) + "\n", encoding="utf-8")
    finished(many, scratch / "whole")
    whole = files(scratch / "whole")
    room = sum(len(content) for content in whole.values())
    bad = 0
    with small_disk(scratch / "disk", room // KILOBYTE) as mounted:
        if mounted:
            out = scratch / "disk" / "out"
            finished(few, out)
            bad += told("a small disk", refused(many, out))
            enlarge(scratch / "disk")
            finished(many, out)
            bad += told("the same with more room", [] if files(out) == whole else ["other bytes"])
        else:
            print("a small disk: none could be mounted")
    for share in (0.05, 0.3):
        out = scratch / f"limited-{share}"
        finished(few, out)
        most = int(share * max(len(content) for content in whole.values()))
        bad += told(f"files of {most:,} bytes at most", refused(many, out, most))
        finished(many, out)
        bad += told("the same without the limit", [] if files(out) == whole else ["other bytes"])
    return bad


def main() -> int:
    """Take the disk away and give it back."""
    parser = argparse.ArgumentParser(description="Fill the disk under a run.")
    parser.add_argument("--articles", type=int, default=300)
    number = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as scratch:
        bad = soak(Path(scratch), number)
    print("all as it should be" if not bad else f"{bad} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
