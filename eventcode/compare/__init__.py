"""Two codings side by side: which rows moved and why (``diff``), and how well two coders agree (``agree``)."""
