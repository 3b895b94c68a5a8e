"""A place in a list of tokens, and what stands there."""

import ast
from typing import Any

from bot.diagnosis.code.tokens import Tokens


class Cursor:
    """Reads from `self.at` on, up to `self.end`; `self.depth` is the number of open brackets."""

    def __init__(self, tokens: Tokens, first_line: int, in_prose: bool = False):
        self.tokens = tokens
        self.in_prose = in_prose  # then a call has no space before its bracket: `a loss (see above)` is none
        self.first_line = first_line
        self.at, self.end, self.depth = 0, len(tokens), 0
        self.nested = 0

    def here(self) -> dict[str, Any]:
        """Where the next token stands, as `ast` writes it."""
        i = self.at if self.at < self.end else self.end - 1
        line, column = self.tokens.lines[i] + self.first_line, self.tokens.columns[i]
        return {"lineno": line, "col_offset": column, "end_lineno": line, "end_col_offset": column}

    def last_line(self) -> int:
        """The line, from 0, of the token that was read last."""
        return self.tokens.lines[max(0, self.at - 1)]

    def _peek(self, ahead: int = 0) -> str:
        i = self.at + ahead
        return self.tokens.texts[i] if i < self.end else ""

    def _ended(self, across_lines: bool = False) -> bool:
        """Whether nothing more belongs to the expression: the text or, outside brackets, the line is over."""
        return self.at >= self.end or (
            self.depth == 0 and not across_lines and self.at > 0 and self.tokens.lines[self.at] != self.last_line())

    def _is_spaced(self) -> bool:
        """Whether there is a space before the next token."""
        before = self.at - 1
        end = self.tokens.columns[before] + len(self.tokens.texts[before])
        return self.tokens.lines[before] != self.tokens.lines[self.at] or self.tokens.columns[self.at] > end

    def _name_is_next(self) -> bool:
        """Whether a name follows the dot directly: with a space between, a sentence ended."""
        if self.at + 1 >= self.end or self.tokens.kinds[self.at + 1] != "name":
            return False
        return self.tokens.columns[self.at + 1] == self.tokens.columns[self.at] + 1

    def dotted(self) -> str | None:
        """`a.b.c`, on one line."""
        if self.at >= self.end or self.tokens.kinds[self.at] != "name":
            return None
        parts = [self._peek()]
        self.at += 1
        while self._peek() == "." and self.at + 1 < self.end and self.tokens.kinds[self.at + 1] == "name":
            parts.append(self._peek(1))
            self.at += 2
        return ".".join(parts)

    def targets(self) -> Any:
        """What a loop counts in: a name, or names with commas and brackets around."""
        where = self.here()
        names: list[ast.expr] = []
        while self.at < self.end and (self._peek() in ("(", ")", ",") or self.tokens.kinds[self.at] == "name"):
            if self._peek() == "in" or len(names) > 6:
                break
            if self.tokens.kinds[self.at] == "name":
                names.append(ast.Name(id=self._peek(), ctx=ast.Store(), **self.here()))
            self.at += 1
        if not names:
            return None
        return names[0] if len(names) == 1 else ast.Tuple(elts=names, ctx=ast.Store(), **where)
