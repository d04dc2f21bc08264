"""Questions about a story, answered with their evidence."""

from fabula.ask.answers import Answer
from fabula.ask.asker import Asker, QuestionError, answer

__all__ = ["Answer", "Asker", "QuestionError", "answer"]
