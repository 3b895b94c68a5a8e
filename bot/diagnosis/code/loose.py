"""A parser of Python that cannot fail: for fragments, lost line breaks, Python 2, and code between sentences.

It builds nodes of `ast`, so that the same readers follow whatever was read. Where a statement cannot go on, the next
one begins: `sgd = SGD(lr=0.1) print "go" x = 3` are three statements. Every token is looked at a bounded number of
times.
"""

import ast
from typing import Any

from bot.diagnosis.code.expressions import Expressions
from bot.diagnosis.code.tokens import tokenise

_IN_LISTS = frozenset("[],-+.")
_HEADERS = {"if", "elif", "else", "while", "try", "except", "finally"}
_AUGMENTED: dict[str, type[ast.operator]] = {
    "+=": ast.Add, "-=": ast.Sub, "*=": ast.Mult, "/=": ast.Div, "@=": ast.MatMult, "**=": ast.Pow, "//=": ast.FloorDiv,
}


def parse_loosely(text: str, first_line: int = 1, in_prose: bool = False) -> list[ast.stmt]:
    """The statements of a text, with the bodies of `def`, `class`, `for` and the like as far as indentation tells."""
    return _Statements(text, first_line, in_prose).all()


class _Statements(Expressions):
    """Statements over the expression parser, with the open blocks on a stack."""

    def __init__(self, text: str, first_line: int, in_prose: bool):
        super().__init__(tokenise(text), first_line, in_prose)
        self.indents = [len(line) - len(line.lstrip(" ")) for line in text.split("\n")]
        self.root: list[ast.stmt] = []
        self.open: list[tuple[int, int, list[ast.stmt]]] = []  # (indent, line, body), the innermost last
        self.classes: list[bool] = []  # which of them are classes
        self.no_number = -1  # a token that stands in no list of numbers: it is looked for once

    def all(self) -> list[ast.stmt]:
        while self.at < self.end:
            before = self.at
            if self.tokens.texts[self.at] == "[" and self._is_printed():
                self.at = self.tokens.partner[self.at] + 1
                continue
            self._close_blocks()
            statement = self._statement()
            if statement is not None:
                self._body().append(statement)
                self._open_block(statement)
                self._after_return(statement)
            if self.at == before:
                self.at += 1
        return self.root

    def _is_printed(self) -> bool:
        """Whether a list of numbers that nothing is done with begins here: it is printed, not code."""
        last = self.tokens.partner[self.at]
        if last >= self.end or self.tokens.texts[last] != "]":
            return False
        kinds, texts = self.tokens.kinds, self.tokens.texts
        goes_on = last + 1 < self.end and kinds[last + 1] == "op" and texts[last + 1] != "["
        if goes_on or self.at <= self.no_number <= last:
            return False
        others = (i for i in range(self.at, last + 1) if kinds[i] != "number" and texts[i] not in _IN_LISTS)
        self.no_number = next(others, -1)
        return self.no_number < 0

    def _after_return(self, statement: ast.stmt) -> None:
        """Where line breaks were lost, a function ends with its `return`."""
        line = statement.lineno - self.first_line
        if isinstance(statement, ast.Return) and self.open and self.open[-1][1] == line and not self.classes[-1]:
            self.open.pop()
            self.classes.pop()

    def _body(self) -> list[ast.stmt]:
        return self.open[-1][2] if self.open else self.root

    def _close_blocks(self) -> None:
        line = self.tokens.lines[self.at]
        indent = self.indents[line]
        defines = self.tokens.texts[self.at] in ("def", "class")
        while self.open:
            opened, opened_line, body = self.open[-1]
            if defines and self._is_next_method():
                self.open.pop()
                self.classes.pop()
                continue
            if line == opened_line or indent > opened:
                return
            flat = not body or self._is_flat(body, opened)  # indentation was lost: what follows is taken to be inside
            if flat and (not defines or (self._peek(3) == "self" and self.classes[len(self.open) - 1])):
                return
            self.open.pop()
            self.classes.pop()

    def _is_next_method(self) -> bool:
        """Whether a method begins on the line on which another one of its class is open: line breaks were lost."""
        same_line = self.open[-1][1] == self.tokens.lines[self.at]
        return same_line and not self.classes[-1] and self._peek(3) == "self" and any(self.classes)

    def _is_flat(self, body: list[ast.stmt], opened: int) -> bool:
        """Whether a block's first statement already stood at its header's indentation, on a line of its own."""
        first = body[0].lineno - self.first_line
        return self.indents[first] <= opened and first != self.open[-1][1]

    def _open_block(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.For | ast.With) and len(self.open) < 40:
            line = statement.lineno - self.first_line
            self.open.append((self.indents[line], line, statement.body))
            self.classes.append(isinstance(statement, ast.ClassDef))

    def _statement(self) -> ast.stmt | None:
        text, kind = self.tokens.texts[self.at], self.tokens.kinds[self.at]
        if kind == "name":
            reader = getattr(self, f"_{text}", None) if text in _KEYWORDS else None
            if reader is not None:
                return reader()
            if text in _HEADERS:  # what is tested may hold calls, and the body is read as if it stood there
                self.at += 1
                return None
            if text == "return":
                return self._return()
            if text == "print" and self._peek(1) != "(":
                self.at += 1
                return None
        elif kind == "op" and text not in "([{-":
            self.at += 1
            return None
        return self._simple()

    def _simple(self) -> ast.stmt | None:
        """An expression, an assignment or a chain of them."""
        where = self.here()
        value = self.listed(across_lines=True)
        if value is None:
            return None
        targets: list[Any] = []
        while self._peek() == "=" and self._can_be_set(value):
            self.at += 1
            targets.append(value)
            one = self.in_prose and not isinstance(value, ast.Tuple)  # "with a = 3, and so on"
            following = self.starred(across_lines=True) if one else self.listed(across_lines=True)
            if following is None:
                return ast.Assign(targets=targets, value=ast.Name(id="?", ctx=ast.Load(), **where), **where)
            value = following
        if targets:
            return ast.Assign(targets=targets, value=value, **where)
        if (op := _AUGMENTED.get(self._peek())) and isinstance(value, ast.Name | ast.Attribute | ast.Subscript):
            self.at += 1
            added = self.listed(across_lines=True) or ast.Name(id="?", ctx=ast.Load(), **where)
            return ast.AugAssign(target=value, op=op(), value=added, **where)
        return ast.Expr(value=value, **where) if not isinstance(value, ast.Name | ast.Constant) else None

    @staticmethod
    def _can_be_set(value: Any) -> bool:
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
        return all(isinstance(part, ast.Name | ast.Attribute | ast.Subscript) for part in parts)

    def _return(self) -> ast.stmt | None:
        where = self.here()
        self.at += 1
        return ast.Return(value=self.listed(), **where)

    def _for(self) -> ast.stmt | None:
        where, start = self.here(), self.at
        self.at += 1
        target = self.targets()
        if target is None or self._peek() != "in":
            self.at = start + 1
            return None
        self.at += 1
        over = self.listed(across_lines=True)
        if over is None or self._peek() != ":":
            return None
        self.at += 1
        return ast.For(target=target, iter=over, body=[], orelse=[], **where)

    def _with(self) -> ast.stmt | None:
        where, start = self.here(), self.at
        self.at += 1
        value = self.expression(across_lines=True)
        if not isinstance(value, ast.Call) or self._peek() not in (":", "as"):
            self.at = start + 1
            return None
        self.targets() if self._peek() == "as" else None
        self.at += self._peek() == ":"
        return ast.With(items=[ast.withitem(context_expr=value)], body=[], **where)

    def _def(self) -> ast.stmt | None:
        where = self.here()
        self.at += 1
        if self.at + 1 >= self.end or self.tokens.kinds[self.at] != "name" or self._peek(1) != "(":
            return None
        name = self.tokens.texts[self.at]
        self.at += 1
        arguments = self.parameters()
        while self.at < self.end and self._peek() != ":" and self.tokens.lines[self.at] == self.last_line():
            self.at += 1
        self.at += self._peek() == ":"
        return ast.FunctionDef(name=name, args=arguments, body=[], decorator_list=[], **where)

    def _class(self) -> ast.stmt | None:
        where = self.here()
        self.at += 1
        if self.at + 1 >= self.end or self.tokens.kinds[self.at] != "name" or self._peek(1) not in ("(", ":"):
            return None
        name = self.tokens.texts[self.at]
        self.at += 1
        bases = self.arguments()[0] if self._peek() == "(" else []
        self.at += self._peek() == ":"
        return ast.ClassDef(name=name, bases=bases, keywords=[], body=[], decorator_list=[], **where)

    def _import(self) -> ast.stmt | None:
        where = self.here()
        self.at += 1
        return ast.Import(names=self._imported(), **where) if self._names_follow() else None

    def _from(self) -> ast.stmt | None:
        where, start = self.here(), self.at
        self.at += 1
        module = self.dotted()
        if module is None or self._peek() != "import":
            self.at = start + 1
            return None
        self.at += 1
        bracket = self._peek() == "("
        self.at += bracket
        names = self._imported()
        self.at += bracket and self._peek() == ")"
        return ast.ImportFrom(module=module, names=names, level=0, **where)

    def _names_follow(self) -> bool:
        return self.at < self.end and self.tokens.kinds[self.at] == "name"

    def _imported(self) -> list[ast.alias]:
        """`a.b as c, d`: names go on only after a comma, so that `import numpy numpy.random.seed(7)` ends in time."""
        names = []
        while name := self.dotted():
            alias = None
            if self._peek() == "as":
                self.at += 1
                alias = self.dotted()
            names.append(ast.alias(name=name, asname=alias, **self.here()))
            if self._peek() != ",":
                break
            self.at += 1
        return names


_KEYWORDS = {"for", "def", "class", "import", "from", "with"}
