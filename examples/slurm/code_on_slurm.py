"""Runs ``eventcode code`` with workers that are Slurm jobs.

python code_on_slurm.py PATH... --out DIR [--jobs N] [--cores N] [--memory 16GB] [--walltime HH:MM:SS]
                        [--partition NAME] [--account NAME] [-- OPTIONS OF eventcode code]
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys

from dask_jobqueue import SLURMCluster


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """Our own options, and those for ``eventcode code``."""
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(description="Run 'eventcode code' with workers that are Slurm jobs.")
    parser.add_argument("paths", nargs="+", help="articles, as for 'eventcode code'")
    parser.add_argument("--out", required=True, help="folder of the tables")
    parser.add_argument("--jobs", type=int, default=4, help="jobs at a time")
    parser.add_argument("--cores", type=int, default=8, help="cores, and workers, of a job")
    parser.add_argument("--memory", default="8GB", help="of a job")
    parser.add_argument("--walltime", default="12:00:00", help="of a job")
    parser.add_argument("--partition", help="queue")
    parser.add_argument("--account", help="who pays")
    parser.add_argument(
        "--interface", help="network interface that the nodes reach each other by, such as ib0"
    )
    return parser.parse_args(words[:cut]), words[cut + 1 :]


def main() -> int:
    """The exit status of ``eventcode code``."""
    told, more = arguments()
    with SLURMCluster(
        cores=told.cores,
        processes=told.cores,  # one thread each: a worker reads one chunk at a time
        memory=told.memory,
        walltime=told.walltime,
        queue=told.partition,
        account=told.account,
        interface=told.interface,
        job_name="eventcode",
    ) as cluster:
        cluster.adapt(minimum_jobs=1, maximum_jobs=told.jobs)  # jobs that end are replaced
        command = [sys.executable, "-m", "eventcode", "code", *told.paths, "--out", told.out]
        with subprocess.Popen([*command, "--scheduler", cluster.scheduler_address, *more]) as process:
            # Slurm tells this process that its time is over; the other one knows how to stop.
            signal.signal(signal.SIGTERM, lambda number, frame: process.send_signal(number))
            return process.wait()


if __name__ == "__main__":
    sys.exit(main())
