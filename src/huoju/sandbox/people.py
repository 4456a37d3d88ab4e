"""Who is in the zone: names, codes, former names, branches, and every wording under which they are delivered."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from huoju.sandbox import names
from huoju.sandbox.economy import Economy
from huoju.sandbox.plan import Plan

CODE_REGION = "320583"  # GB/T 2260 of the invented zone's county
CITY_BRANCHES = ("昆山分公司", "上海分公司", "无锡分公司", "第一分公司")


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch office with a code of its own."""

    parent: int
    name: str
    code: str


@dataclass(slots=True)
class People:
    """Names and codes of the zone's enterprises and of those outside that they deal with.

    ``wordings`` collects every subject as delivered: (source, name, code) to (enterprise, or -1) and branch number.
    """

    names: list[str]
    codes: list[str]
    former: list[str | None]
    renamed_in: list[int]
    branches: list[Branch]
    outsiders: list[str]
    outsider_codes: list[str]
    rng: np.random.Generator
    plan: Plan
    wordings: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)

    def name(self, firm: int, month: int) -> str:
        """Return the name an enterprise had in a month."""
        former = self.former[firm]
        return former if former is not None and month < self.renamed_in[firm] else self.names[firm]

    def called(
        self, source: str, firm: int, month: int, *, care: float = 1.0, has_code: bool = True
    ) -> tuple[str, str]:
        """Return name and code as a clerk writes them; ``care`` scales how often something is wrong."""
        name, code = self.name(firm, month), self.codes[firm]
        draw = self.rng.random(3) / care
        if draw[0] < self.plan["dirt.name_variant"]:
            name = names.variant(self.rng, name)
        if not has_code or draw[1] < self.plan["dirt.code_missing"]:
            code = ""
        elif draw[2] < self.plan["dirt.code_mistyped"]:
            code = names.mistyped(self.rng, code)
        self.wordings[source, name, code] = (firm, -1)
        return name, code

    def called_short(self, source: str, firm: int, month: int) -> str:
        """Return the short name that news uses."""
        name = names.short_name(self.name(firm, month))
        self.wordings[source, name, ""] = (firm, -1)
        return name

    def called_branch(self, source: str, branch: int, *, has_code: bool) -> tuple[str, str]:
        """Return name and code of a branch."""
        it = self.branches[branch]
        code = it.code if has_code else ""
        self.wordings[source, it.name, code] = (it.parent, branch)
        return it.name, code


def make_people(plan: Plan, economy: Economy, months: int, rng: np.random.Generator) -> People:
    """Return the names and codes of an economy's enterprises."""
    count = len(economy.industry)
    legal = names.legal_names(rng, [plan.industries[i] for i in economy.industry])
    is_renamed = rng.random(count) < plan["dirt.renamed"]
    former = [names.renamed(rng, name) if changed else None for name, changed in zip(legal, is_renamed, strict=True)]
    renamed_in = rng.integers(6, max(months - 4, 7), count).tolist()
    with_branch = np.flatnonzero(rng.random(count) < plan["dirt.branches"])
    outsiders = max(400, count * 4)
    codes = names.codes(rng, count + len(with_branch), CODE_REGION)
    branches = [
        Branch(int(parent), legal[parent] + str(rng.choice(CITY_BRANCHES)), codes[count + place])
        for place, parent in enumerate(with_branch)
    ]
    return People(
        legal,
        codes[:count],
        former,
        renamed_in,
        branches,
        names.outsider_names(rng, outsiders),
        names.codes(rng, outsiders, "310115"),
        rng,
        plan,
    )
