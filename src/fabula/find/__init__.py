"""Scenes and people found by what somebody remembers of them, in one World or in many."""

from fabula.find.filters import Filters
from fabula.find.finder import Find, Finder, find

__all__ = ["Filters", "Find", "Finder", "find"]
