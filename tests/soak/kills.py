"""Kills runs at random moments and lets them go on: every one must end with the bytes of an undisturbed run.

    python tests/soak/kills.py [--kills N] [--articles N] [--workers N] [--seed N]

Real articles, the real command. Each round starts with an empty folder, kills the run with SIGKILL at a moment drawn between
its start and the time that an undisturbed run took, and types the same command again to the end. One worker, two workers and
two workers of a local Dask cluster are compared first. Ends with status 1 when any byte differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

from bench import articles


def files(folder: Path) -> dict[str, bytes]:
    """The tables and what lies beside them; parts are no result."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def command(source: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "eventcode", "code", str(source), "--out", str(out), *options]


def finished(source: Path, out: Path, *options: str) -> float:
    """Seconds that a run to the end took. Raises SystemExit where it failed."""
    begin = time.monotonic()
    done = subprocess.run(command(source, out, *options), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"status {done.returncode}: {done.stderr}")
    return time.monotonic() - begin


def killed(source: Path, out: Path, after: float, *options: str) -> str:
    """Kill a run after some seconds; says what it had done by then."""
    with subprocess.Popen(
        command(source, out, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    parts = len(list((out / ".parts").glob("*.zip"))) if (out / ".parts").is_dir() else 0
    return f"{parts} parts saved{'' if process.returncode else ', had ended'}"


def on_cluster(source: Path, out: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        finished(source, out, "--scheduler", cluster.scheduler_address)


def soak(scratch: Path, kills: int, number: int, workers: int, seed: int) -> int:
    """Number of rounds that ended with other bytes."""
    source = scratch / "articles.jsonl"
    records = [json.dumps(record) for record in articles(number)]
    # The last one is a copy of the first.
    source.write_text("\n".join([*records, records[0].replace("bench-", "copy-")]) + "\n", encoding="utf-8")
    seconds = finished(source, scratch / "two", "--workers", str(workers))
    undisturbed = files(scratch / "two")
    print(f"undisturbed, {workers} workers: {seconds:.1f} s", flush=True)
    bad = 0
    finished(source, scratch / "one")
    on_cluster(source, scratch / "cluster")
    for name in ("one", "cluster"):
        same = files(scratch / name) == undisturbed
        bad += not same
        print(f"{name}: {'the same bytes' if same else 'OTHER BYTES'}", flush=True)
    lot = random.Random(seed)
    for round_ in range(1, kills + 1):
        out = scratch / "out"
        shutil.rmtree(out, ignore_errors=True)
        after = lot.uniform(0.05, 0.9 * seconds)
        what = killed(source, out, after, "--workers", str(workers))
        finished(source, out, "--workers", str(workers))
        same = files(out) == undisturbed
        bad += not same
        print(
            f"{round_:3} killed after {after:5.1f} s, {what}: {'the same bytes' if same else 'OTHER BYTES'}",
            flush=True,
        )
    return bad


def main() -> int:
    """Kill and compare."""
    parser = argparse.ArgumentParser(
        description="Kill runs at random moments and compare what they end with."
    )
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bad = soak(Path(scratch), told.kills, told.articles, told.workers, told.seed)
    print(
        f"{told.kills} kills, {bad} with other bytes"
        if bad
        else f"{told.kills} of {told.kills} the same bytes"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    os.environ["PYTHONHASHSEED"] = "random"
    sys.exit(main())
