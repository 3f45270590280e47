"""One function for every command; each returns an exit status and talks to stderr, but for what it was asked for.

0: all well. 1: something was set aside, or found wrong. 2: misuse, or nothing readable (mostly raised as
EventcodeError, which the command line turns into one line and status 2).
"""
