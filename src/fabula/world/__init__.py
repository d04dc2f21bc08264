"""The World: what a story says, its file, and questions to it."""

from fabula.world.build import build_world
from fabula.world.world import StoryInfo, World

__all__ = ["StoryInfo", "World", "build_world"]
