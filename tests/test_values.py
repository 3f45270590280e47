"""Quickly made values: what a frozen dataclass promises, they keep."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import dataclass, field

import pytest

from eventcode.model import Act, Actor, Quantity
from eventcode.values import quick, replace


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    name: str
    number: int = 3
    seen: bool | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Plain:
    name: str
    number: int = 3
    seen: bool | None = field(default=None, compare=False)


def test_it_is_made_like_the_plain_one() -> None:
    for given, told in ((("a",), {}), (("a", 4), {"seen": True}), ((), {"number": 1, "name": "b"})):
        assert dataclasses.asdict(Quick(*given, **told)) == dataclasses.asdict(Plain(*given, **told))
    assert repr(Quick("a")) == repr(Plain("a")).replace("Plain", "Quick")
    assert str(inspect.signature(Quick)) == str(inspect.signature(Plain))


@pytest.mark.parametrize("given", [{}, {"name": "a", "other": 1}])
def test_wrong_arguments_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Quick(**given)  # type: ignore[arg-type]


def test_it_is_frozen() -> None:
    value = Quick("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.name = "b"  # type: ignore[misc]
    assert type(value) is Quick
    assert not hasattr(value, "__dict__")


def test_equal_ones_have_one_hash() -> None:
    assert Quick("a", seen=True) == Quick("a")
    assert hash(Quick("a", seen=True)) == hash(Quick("a"))
    assert Quick("a") != Quick("b")


def test_a_changed_one_is_another() -> None:
    value = Quick("a")
    changed = replace(value, number=5)
    assert (changed, value) == (Quick("a", 5), Quick("a"))
    assert type(changed) is Quick
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.number = 6  # type: ignore[misc]
    with pytest.raises(TypeError, match="other"):
        replace(value, other=1)  # type: ignore[call-arg]
    assert dataclasses.replace(value, number=5) == changed


def test_other_dataclasses_are_changed_too() -> None:
    assert replace(Plain("a"), number=5) == Plain("a", 5)


def test_copies_and_pickles() -> None:
    actor = Actor("police", 0, 6, roles=("COP",))
    assert copy.deepcopy(actor) == pickle.loads(pickle.dumps(actor)) == actor


def test_every_field_of_an_act_comes_through() -> None:
    values = {part.name: object() for part in dataclasses.fields(Act)}
    act = Act(**values)  # type: ignore[arg-type]
    again = replace(act, stance="do")
    assert {name: getattr(act, name) for name in values} == values
    assert {name: getattr(again, name) for name in values} == values | {"stance": "do"}


def test_other_classes_are_refused() -> None:
    with pytest.raises(TypeError, match="not a dataclass"):
        quick(dataclass(frozen=True)(type("Open", (), {"__annotations__": {"name": "str"}})))
    with pytest.raises(TypeError, match="not a dataclass"):
        quick(dataclass(frozen=True, slots=True)(type("Below", (Quantity,), {})))
    listed = {"__annotations__": {"names": "list"}, "names": field(default_factory=list)}
    with pytest.raises(TypeError, match="not a dataclass"):
        quick(dataclass(frozen=True, slots=True)(type("Listed", (), listed)))
    later = {"__annotations__": {"name": "str"}, "__post_init__": lambda self: None}
    with pytest.raises(TypeError, match="__post_init__"):
        quick(dataclass(frozen=True, slots=True)(type("Later", (), later)))
