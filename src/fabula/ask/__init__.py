"""Questions about a story, answered with their evidence."""

from fabula.ask.answers import Answer
from fabula.ask.asker import HELP, Asker, QuestionError, answer
from fabula.ask.conversation import Conversation

__all__ = ["HELP", "Answer", "Asker", "Conversation", "QuestionError", "answer"]
