"""eventcode: from news articles to conflict event data."""
