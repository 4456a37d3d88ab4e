"""Relations that are not identity: a branch of its parent, a member of its group.

Across the boundary of a branch only the parent's name is evidence: not a shared person, address or code.
"""

from __future__ import annotations

import numpy as np

from huoju.fusion.blocking import Rows
from huoju.fusion.comparing import COMPARISONS, Compared, Levels
from huoju.fusion.records import Records
from huoju.fusion.text_keys import NONE

_NAMES = list(COMPARISONS)
_OF_THE_NAME = ("name", "rarity", "region", "form")
_SAME = COMPARISONS["name"].index("same")
_CORE_SAME = COMPARISONS["name"].index("core-same")


def parents(left: Records, right: Records, pairs: tuple[Rows, Rows], compared: Compared) -> tuple[Rows, Rows, Levels]:
    """Return pairs (enterprise, branch) whose left name is, or is nearly, the one the branch puts in front of its own.

    Parts other than the name are unknown in their levels.
    """
    a, b = pairs
    levels = compared.levels
    core_alike = levels[:, _NAMES.index("name")] <= _CORE_SAME
    may_be = compared.vetoed & (left.branch[a] == NONE) & (right.branch[b] != NONE) & core_alike
    a, b, levels = a[may_be], b[may_be], levels[may_be].copy()
    for place, name in enumerate(_NAMES):
        if name not in _OF_THE_NAME:
            levels[:, place] = 0
    levels[left.full[a] == right.parent[b], _NAMES.index("name")] = _SAME
    return a, b, levels


def groups(left: Records, right: Records) -> tuple[Rows, Rows, Levels]:
    """Return pairs (group, member) in which the member's name begins with the whole name of the group: 某某集团.

    A group is found only where one left record bears its name.
    """
    heads = np.flatnonzero((left.group_name != NONE) & left.is_group)
    members = np.flatnonzero((right.group_name != NONE) & ~right.is_group)
    empty = np.zeros(0, np.int32)
    if not len(heads) or not len(members):
        return empty, empty, np.zeros((0, len(_NAMES)), np.int8)
    keys, first, many = np.unique(left.group_name[heads], return_index=True, return_counts=True)
    place = np.minimum(np.searchsorted(keys, right.group_name[members]), len(keys) - 1)
    found = (keys[place] == right.group_name[members]) & (many[place] == 1)
    a, b = heads[first[place[found]]].astype(np.int32), members[found].astype(np.int32)
    levels = np.zeros((len(a), len(_NAMES)), np.int8)
    levels[:, 0] = _SAME
    return a, b, levels
