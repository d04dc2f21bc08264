"""Questions about a story, answered with their evidence."""

from fabula.ask.answers import Answer
from fabula.ask.asker import HELP, Asker, QuestionError, answer

__all__ = ["HELP", "Answer", "Asker", "QuestionError", "answer"]
