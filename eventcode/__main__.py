"""``python -m eventcode``."""

from eventcode.cli import main

if __name__ == "__main__":
    main()
