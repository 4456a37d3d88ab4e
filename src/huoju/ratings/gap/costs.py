"""What it costs to change a fact or to obtain one: a cost file read strictly, or a documented default.

A cost file is YAML (or JSON, which is YAML); numbers are decimal text as in a scheme, money in yuan::

    changes:                              # a fact that is not listed does not change
      rd_expense: {cost: 1}               # for each yuan, up or down
      rd_staff: {cost: {up: 15万}, at_most: 60}
      operating_revenue: {cost: {up: 0.2}, step: 1万, fixed: 5万}
      management_system_certified: {cost: 8万}
      rd_institution_level: {labels: {municipal: 20万, provincial: 100万}}
      staff: {cost: 1, changeable: false} # kept in the file, left alone
    obtains:                              # for a fact that is unknown; 1 where it is not listed
      costs_and_expenses: 1

``cost`` is for one unit of the definition (a yuan, a person, a right, 1 for a share, a flag turned); ``up`` or
``down`` alone allows that way only. ``fixed`` is paid once if the fact changes at all. ``step`` is the least change:
1 yuan, 1 of a count, a millionth of a number or share where it is not stated. ``within`` names a fact that this one
never rises above. Facts of past years, dates and what the vocabulary calls ``changeable: never`` can't be listed.

Without a file every number of the evaluated year and every count, and the flags that the vocabulary calls
changeable, may change the way it says: a number costs its relative change (where it stands at 0: relative to the
largest number of its kind that the scheme reads), a count 1 for each, a flag 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from huoju.core.document import Document, read_document
from huoju.core.errors import DocumentError
from huoju.core.nearest import nearest
from huoju.core.variable import Variable, variables
from huoju.core.view import SCALE

_PRICE = ("cost", "fixed", "step", "at_least", "at_most", "within", "labels", "changeable")
_NUMBERS = ("money", "number", "share")


@dataclass(frozen=True, slots=True)
class Price:
    """What one fact costs to change, by unit: None where it can't move that way. ``labels`` are of a text."""

    up: Fraction | None = None
    down: Fraction | None = None
    fixed: Fraction = Fraction(0)
    step: Fraction = Fraction(1)
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    within: str = ""
    labels: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices of changes by fact, and of unknown facts by name of the fact, judgement or kind of event."""

    changes: Mapping[str, Price]
    obtains: Mapping[str, Fraction]

    def of_obtaining(self, name: str) -> Fraction:
        """Return what it costs to obtain an unknown fact."""
        return self.obtains.get(name, Fraction(1))


def read_costs(path: Path) -> Costs:
    """Return the costs that a file states. Raises ``DocumentError`` with file and line at the first mistake."""
    document = read_document(path)
    document.allow("changes", "obtains")
    changes, obtains = document.child("changes"), document.child("obtains")
    prices = {}
    for name in changes.keys():
        block = changes.child(name)
        price = _price(_variable(name, changes), block)
        if price is not None:
            prices[name] = price
    return Costs(prices, {name: _not_negative(obtains, name) for name in obtains.keys()})


def _variable(name: str, document: Document) -> Variable:
    variable = variables().get(name)
    if variable is None:
        near = ", ".join(nearest(name, variables())) or "none"
        raise DocumentError(f"{document.at(name)}: {name} is no fact of the vocabulary; nearest: {near}.")
    return variable


def _price(variable: Variable, block: Document) -> Price | None:
    block.allow(*_PRICE)
    if not block.flag("changeable", default=True):
        return None
    if variable.changeable == "never":
        raise DocumentError(
            f"{block.path}:{block.line}: {variable.name} can't change (it is history, a date or not the firm's to "
            "decide); take it out."
        )
    if variable.dtype == "text":
        return _price_of_labels(variable, block)
    if "labels" in block:
        raise DocumentError(f"{block.at('labels')}: {variable.name} is no text; state cost.")
    up, down = _ways(block)
    step = _not_negative(block, "step") if "step" in block else unit_step(variable)
    if step == 0 or (step * SCALE.get(variable.dtype, 1)).denominator != 1:
        raise DocumentError(f"{block.at('step')}: step must be a whole number of the least units of {variable.name}.")
    low, high = block.optional_number("at_least"), block.optional_number("at_most")
    if low is not None and high is not None and low > high:
        raise DocumentError(f"{block.at('at_least')}: at_least lies above at_most.")
    within = block.text("within", default=variable.within)
    if within and _variable(within, block).dtype != variable.dtype:
        raise DocumentError(f"{block.at('within')}: {within} is of another kind than {variable.name}.")
    fixed = _not_negative(block, "fixed") if "fixed" in block else Fraction(0)
    return Price(up, down, fixed, step, low, high, within)


def _price_of_labels(variable: Variable, block: Document) -> Price:
    block.allow("labels", "fixed", "changeable")
    labels = block.child("labels")
    if not labels.keys():
        raise DocumentError(f"{block.path}:{block.line}: {variable.name} is a text; state labels with a cost each.")
    fixed = _not_negative(block, "fixed") if "fixed" in block else Fraction(0)
    return Price(fixed=fixed, labels={label: _not_negative(labels, label) for label in labels.keys()})


def _ways(block: Document) -> tuple[Fraction | None, Fraction | None]:
    if block.item("cost").is_text:
        cost = _not_negative(block, "cost")
        return cost, cost
    ways = block.child("cost")
    ways.allow("up", "down")
    if not ways.keys():
        raise DocumentError(f"{block.at('cost')}: cost is a number, or up and down with a number each.")
    up, down = (_not_negative(ways, way) if way in ways else None for way in ("up", "down"))
    return up, down


def _not_negative(document: Document, key: str) -> Fraction:
    number = document.number(key)
    if number < 0:
        raise DocumentError(f"{document.at(key)}: {key} must not be negative, got {document.text(key)}.")
    return number


def unit_step(variable: Variable) -> Fraction:
    """Return the least change of a fact where a file states none: 1 yuan, 1 of a count, a millionth of a number."""
    return Fraction(1, SCALE[variable.dtype]) if variable.dtype in ("number", "share") else Fraction(1)


def default_costs(values: Mapping[str, Fraction | str], names: Iterable[str]) -> Costs:
    """Return the costs without a file, for the facts of the evaluated year that a scheme reads and that are known."""
    known = {name: values[name] for name in names if name in values}
    numbers = {name: value for name, value in known.items() if isinstance(value, Fraction)}
    prices = {}
    for name, value in numbers.items():
        variable = variables()[name]
        if variable.changeable not in ("both", "up", "down"):
            continue
        cost = Fraction(1)
        if variable.dtype in _NUMBERS:
            peers = [abs(v) for n, v in numbers.items() if variables()[n].dtype == variable.dtype]
            cost = 1 / (abs(value) or max(peers) or Fraction(1))
        up, down = (cost if variable.changeable in ("both", way) else None for way in ("up", "down"))
        prices[name] = Price(up, down, step=unit_step(variable), within=variable.within)
    return Costs(prices, {})
