"""Checking the knowledge base: every file valid, every number fillable, every claim true as often as it says, and every
control false as often as it must be."""

from bot.answers.checks.report import Checked as Checked
from bot.answers.checks.report import Fault as Fault
from bot.answers.checks.report import Report as Report
from bot.answers.checks.runs import check as check
