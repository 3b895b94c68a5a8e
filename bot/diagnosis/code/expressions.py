"""Expressions of Python from tokens, as nodes of `ast`; whatever cannot be read ends the expression."""

import ast
from typing import Any

from bot.diagnosis.code.cursor import Cursor

DEEPEST = 40  # expressions within expressions; what is deeper is skipped

_BINARY: dict[str, tuple[int, type[ast.operator]]] = {
    "|": (4, ast.BitOr), "^": (5, ast.BitXor), "&": (6, ast.BitAnd), "+": (8, ast.Add), "-": (8, ast.Sub),
    "*": (9, ast.Mult), "/": (9, ast.Div), "//": (9, ast.FloorDiv), "%": (9, ast.Mod), "@": (9, ast.MatMult),
    "**": (11, ast.Pow),
}
_COMPARED: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq, "is": ast.Is, "in": ast.In,
}
_CONSTANTS = {"True": True, "False": False, "None": None, "true": True, "false": False}
_NOT_IN_EXPRESSIONS = {"for", "if", "else", "elif", "while", "import", "from", "def", "class", "return", "print", "as",
                       "with", "and", "or", "is", "in", "try", "except", "finally", "pass"}


class Expressions(Cursor):
    """Reads from `self.at` on; every method leaves it after what was read, and returns None where nothing was."""

    def listed(self, across_lines: bool = False) -> Any:
        """One expression, or a tuple of several with commas between."""
        where = self.here()
        first = self.starred(across_lines)
        if first is None or self._ended() or self._peek() != ",":
            return first
        parts = [first]
        while not self._ended() and self._peek() == ",":
            if self._peek(2) == "=" and not isinstance(first, ast.Name | ast.Attribute | ast.Subscript):
                break  # `n = 2, m = 4` in a sentence sets both
            self.at += 1
            following = None if self._ended() else self.starred()
            if following is None:
                break
            parts.append(following)
        return ast.Tuple(elts=parts, ctx=ast.Load(), **where) if len(parts) > 1 else first

    def starred(self, across_lines: bool = False) -> Any:
        """An expression, with or without stars in front."""
        while self._peek() in ("*", "**") and not self._ended(across_lines):
            self.at += 1
        return self.expression(across_lines)

    def expression(self, across_lines: bool = False) -> Any:
        """One expression."""
        if self.nested >= DEEPEST:
            return None
        self.nested += 1
        value = self._lambda() if self._peek() == "lambda" else self._conditional(across_lines)
        self.nested -= 1
        return value

    def _conditional(self, across_lines: bool) -> Any:
        where = self.here()
        value = self._binary(0, across_lines)
        if value is None or self._ended() or self._peek() != "if" or self.depth == 0:
            return value
        self.at += 1
        test = self._binary(0)
        if test is None or self._ended() or self._peek() != "else":
            return value
        self.at += 1
        return ast.IfExp(test=test, body=value, orelse=self.expression() or value, **where)

    def _lambda(self) -> Any:
        where = self.here()
        names = []
        self.at += 1
        while self.at < self.end and self._peek() != ":" and self.tokens.lines[self.at] == self.last_line():
            if self.tokens.kinds[self.at] == "name":
                names.append(ast.arg(arg=self._peek(), **where))
            self.at += 1
        self.at += self._peek() == ":"
        body = self.expression() or ast.Name(id="?", ctx=ast.Load(), **where)
        return ast.Lambda(args=_arguments(names, []), body=body, **where)

    def _binary(self, least: int, across_lines: bool = False) -> Any:
        where = self.here()
        left = self._unary(across_lines)
        while left is not None and not self._ended():
            text = self._peek()
            if text in _COMPARED and least <= 3:
                self.at += 1
                right = self._binary(4, True)
                if right is not None:
                    left = ast.Compare(left=left, ops=[_COMPARED[text]()], comparators=[right], **where)
                continue
            if text in ("and", "or") and least <= 1:
                self.at += 1
                right = self._binary(2, True)
                if right is not None:
                    left = ast.BoolOp(op=ast.And() if text == "and" else ast.Or(), values=[left, right], **where)
                continue
            strength, kind = _BINARY.get(text, (0, ast.Add))
            if strength == 0 or strength < least:
                return left
            self.at += 1
            right = self._binary(strength + 1, True)
            if right is None:
                return left
            left = ast.BinOp(left=left, op=kind(), right=right, **where)
        return left

    def _unary(self, across_lines: bool = False) -> Any:
        where, negative = self.here(), False
        while not self._ended(across_lines) and self._peek() in ("-", "+", "not", "~"):
            negative ^= self._peek() == "-"
            self.at += 1
            across_lines = False
        value = self._power(self._postfix(across_lines), where)
        return ast.UnaryOp(op=ast.USub(), operand=value, **where) if negative and value is not None else value

    def _power(self, base: Any, where: dict[str, Any]) -> Any:
        """`base ** exponent`, which binds more tightly than a minus before it."""
        if base is None or self._ended() or self._peek() != "**" or self.nested >= DEEPEST:
            return base
        self.at += 1
        self.nested += 1
        exponent = self._unary(True)
        self.nested -= 1
        return base if exponent is None else ast.BinOp(left=base, op=ast.Pow(), right=exponent, **where)

    def _postfix(self, across_lines: bool) -> Any:
        where = self.here()
        value = self._atom(across_lines)
        while value is not None and not self._ended():
            text = self._peek()
            if text == "(" and not isinstance(value, ast.Constant) and not (self.in_prose and self._is_spaced()):
                positional, keywords = self.arguments()
                value = ast.Call(func=value, args=positional, keywords=keywords, **where)
            elif text == "[" and not isinstance(value, ast.Constant | ast.List):
                value = ast.Subscript(value=value, slice=self._index(), ctx=ast.Load(), **where)
            elif text == "." and self._name_is_next():
                value = ast.Attribute(value=value, attr=self._peek(1), ctx=ast.Load(), **where)
                self.at += 2
            else:
                break
        return value

    def _atom(self, across_lines: bool) -> Any:
        if self._ended(across_lines):
            return None
        where, kind, text = self.here(), self.tokens.kinds[self.at], self.tokens.texts[self.at]
        if kind == "number":
            self.at += 1
            return ast.Constant(value=_number(text), **where)
        if kind == "string":
            self.at += 1
            return ast.Constant(value=text.lstrip("rbfuRBFU").strip("'\""), **where)
        if kind == "name":
            if text in _NOT_IN_EXPRESSIONS and not (text == "print" and self._peek(1) == "("):
                return None
            self.at += 1
            if text in _CONSTANTS:
                return ast.Constant(value=_CONSTANTS[text], **where)
            return ast.Name(id=text, ctx=ast.Load(), **where)
        if text in "([{" and kind == "op":
            return self._bracket(text)
        return None

    def _bracket(self, text: str) -> Any:
        where = self.here()
        items, keywords = self.arguments()
        if text == "(" or (len(items) == 1 and isinstance(items[0], ast.ListComp)):
            return items[0] if len(items) == 1 and not keywords else ast.Tuple(elts=items, ctx=ast.Load(), **where)
        if text == "{":
            names: list[ast.expr | None] = [ast.Constant(value=one.arg, **where) for one in keywords]
            return ast.Dict(keys=names, values=[one.value for one in keywords], **where)
        return ast.List(elts=items, ctx=ast.Load(), **where)

    def _index(self) -> Any:
        items, _ = self.arguments()
        where = self.here()
        return items[0] if len(items) == 1 else ast.Tuple(elts=items, ctx=ast.Load(), **where)

    def arguments(self) -> tuple[list[Any], list[ast.keyword]]:
        """What stands between brackets, from the opening one on: values, and `name=value` or `name: value`."""
        close = self.tokens.partner[self.at]
        values: list[Any] = []
        keywords: list[ast.keyword] = []
        if self.nested >= DEEPEST:
            self.at = min(close + 1, self.end)
            return values, keywords
        outer_end = self.end
        self.at += 1
        self.depth, self.end = self.depth + 1, min(close, outer_end)
        while self.at < self.end:
            before = self.at
            self._argument(values, keywords)
            self.at += self._peek() == "," or self.at == before  # a forgotten comma changes nothing
        self.depth, self.end = self.depth - 1, outer_end
        self.at = min(close + (close < outer_end and self.tokens.texts[close] in ")]}"), outer_end)
        return values, keywords

    def _argument(self, values: list[Any], keywords: list[ast.keyword]) -> None:
        where = self.here()
        named = self.tokens.kinds[self.at] in ("name", "string") and self._peek(1) in ("=", ":")
        if not named:
            value = self.starred()
            if self._peek() == "for" and value is not None:
                value = self._comprehension(value, where)
            if value is not None:
                values.append(value)
            return
        name = self._peek().strip("'\"")
        self.at += 2
        value = self.expression()
        if value is not None:
            keywords.append(ast.keyword(arg=name, value=value, **where))

    def _comprehension(self, value: Any, where: dict[str, Any]) -> Any:
        self.at += 1
        target = self.targets()
        if target is None or self._peek() != "in":
            return value
        self.at += 1
        over = self._binary(0)
        if over is None:
            return value
        loop = ast.comprehension(target=target, iter=over, ifs=[], is_async=0)
        return ast.ListComp(elt=value, generators=[loop], **where)

    def parameters(self) -> ast.arguments:
        """The parameters of a `def`, from the opening bracket on, with their default values."""
        where = self.here()
        values, keywords = self.arguments()
        plain = [ast.arg(arg=one.id, **where) for one in values if isinstance(one, ast.Name)]
        given = [ast.arg(arg=one.arg or "", **where) for one in keywords]
        return _arguments(plain + given, [one.value for one in keywords])


def _arguments(names: list[ast.arg], defaults: list[Any]) -> ast.arguments:
    return ast.arguments(posonlyargs=[], args=names, kwonlyargs=[], kw_defaults=[], defaults=defaults)


def _number(text: str) -> int | float:
    plain = text.replace("_", "")
    try:
        return int(plain) if plain.isdigit() and len(plain) < 20 else float(plain)
    except ValueError:
        return 0
