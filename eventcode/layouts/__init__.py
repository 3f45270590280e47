"""Layouts: coded folders as files that other datasets' scripts read, and those datasets' files as tables of ours.

``registry.layout(name)`` gives a layout; ``exporting`` writes its file, ``importing`` reads one. What a layout carries, and what
it cannot, is told in ``docs/layouts.md``; the files' columns are defined in ``schemas/layouts/``.
"""
