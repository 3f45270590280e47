"""Codes many articles into one folder: in input order, in flat memory, to the same bytes for any number of workers.

The input is cut into parts; a part is coded by a worker, chunk by chunk, and saved; saved parts are put together, in input
order, to the tables. A run that ends early, however that happens, goes on with the parts that it saved.

    tasks -> parts -> (store: done?) -> pools: work -> store -> assembly -> tables
"""

from __future__ import annotations

from eventcode.batch.options import Options, Summary
from eventcode.batch.rooms import Rooms, real_incidents, real_rooms
from eventcode.batch.running import not_ours, run, summary_of
from eventcode.batch.work import INTERNAL_ERROR, where

__all__ = [
    "INTERNAL_ERROR",
    "Options",
    "Rooms",
    "Summary",
    "not_ours",
    "real_incidents",
    "real_rooms",
    "run",
    "summary_of",
    "where",
]
