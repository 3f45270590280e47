"""How many: a table of noun phrases, and what holds for any words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from eventcode.errors import LexiconError
from eventcode.find.quantities import read_quantity, unnumbered_plural

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "quantities.yaml").read_text(encoding="utf-8"))
PIECES = ["12", "a", "few", "dozen", "dozens", "of", "between", "and", "to", "-", "hundred", "thousands", "no", "at least",
          "up to", "the", "twenty", "five", "1,000", "0", "or", "99999999999999", "million", "1.5", "score", "men"]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["words"])
def test_table_of_quantities(case: dict[str, Any]) -> None:
    found = read_quantity(case["words"])
    if "quantity" not in case:
        assert found is None
        return
    assert found is not None
    assert [found.low, found.best, found.high] == case["quantity"]
    assert found.vague == case.get("vague", False)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join) | st.text(max_size=40))
def test_any_words_give_ordered_figures(words: str) -> None:
    found = read_quantity(words)
    if found is not None:
        assert 0 <= found.low <= found.best <= found.high


def test_a_plural_without_number_is_vague() -> None:
    assert unnumbered_plural().vague


def test_words_file_that_is_no_words_file(tmp_path: Path) -> None:
    path = tmp_path / "quantities.yaml"
    path.write_text("units: {one: two}\n", encoding="utf-8")
    with pytest.raises(LexiconError):
        read_quantity("two", path)
