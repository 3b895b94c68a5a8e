"""What may be wrong with what people type: each of these ends in one line that says so."""

from bot.content.entries import EntryError
from bot.content.expressions import ExpressionError
from bot.content.settings import SettingError
from bot.matching import encoders
from bot.matching.evaluation import EvaluationError
from bot.service import UnknownEntry

BAD_INPUT = (UnknownEntry, SettingError, EntryError, ExpressionError, EvaluationError, encoders.EncoderUnavailable)
