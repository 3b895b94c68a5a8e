"""Whether an expression points up or down the loss, by its differences: a - y points up, y - a down."""

import ast
import re
from collections.abc import Mapping

from bot.diagnosis.code.evaluate import item_name
from bot.diagnosis.code.flow import Flow
from bot.diagnosis.code.formulas import called
from bot.diagnosis.code.matrices import bare, is_product, short
from bot.diagnosis.code.values import is_number

_TARGET = re.compile(
    r"^(y|t|d|ys|y_?\w{0,6}|des|gt|targets?|labels?|expected|desired|truth|actual|correct|train(ing)?_?(y|labels?|outputs?)|"
    r"output_?(data|train|set)|true_?y|expected_?outputs?|target_?\w{0,8})$", re.IGNORECASE)
_GUESS = re.compile(r"hat|pred|out(put)?$|guess|_p$|^p$|prob", re.IGNORECASE)


def is_target_and_guess(left: str, right: str) -> bool:
    """Whether one name is that of targets and the other that of a network's output: `y` and `y_hat`."""
    pairs = ((left, right), (right, left))
    return any(_TARGET.match(one) and not _GUESS.search(one) and _GUESS.search(other) for one, other in pairs)


class Signs:
    """Whether an expression points up the loss (+1, as a - y) or down (-1, as y - a); 0 where that is not known."""

    def __init__(self, functions: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef], flow: Flow):
        self.known: dict[str, int] = {}
        self.functions, self.flow = functions, flow

    def of(self, node: ast.AST | None, depth: int = 0) -> int:
        if node is None or depth > 30:
            return 0
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return self._of_name(node, depth)
        if isinstance(node, ast.UnaryOp):
            inner = self.of(node.operand, depth + 1)
            return -inner if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.BinOp):
            return self._of_operation(node, depth)
        if isinstance(node, ast.Call):
            return self._of_call(node, depth)
        return 0

    def _of_name(self, node: ast.AST, depth: int) -> int:
        name = item_name(node)
        if name is not None and name in self.known:
            return self.known[name]
        if isinstance(node, ast.Attribute | ast.Subscript):
            return self.of(node.value, depth + 1)
        return 0

    def _of_operation(self, node: ast.BinOp, depth: int) -> int:
        left, right = self.of(node.left, depth + 1), self.of(node.right, depth + 1)
        if isinstance(node.op, ast.Sub):
            if not left and not right:
                return self._of_difference(node)
            return left or -right
        if isinstance(node.op, ast.Add):
            return left or right
        sign = left or right
        return -sign if sign and _is_negative(node.left if not left else node.right) else sign

    def _of_difference(self, node: ast.BinOp) -> int:
        left, right = self._role(node.left), self._role(node.right)
        if left == "target" and right != "target":
            return -1
        if right == "target" and left != "target":
            return 1
        return int(self._is_output(node.left) and _is_item(node.right)) - int(
            _is_item(node.left) and self._is_output(node.right))

    def _is_output(self, node: ast.AST) -> bool:
        """Whether an expression is an activation of a sum or of a product, written in place."""
        if not (isinstance(node, ast.Call) and len(node.args) == 1):
            return False
        inner = node.args[0]
        summed = is_product(inner) or (isinstance(inner, ast.Call) and called(inner) == "sum")
        return summed and (called(node) or "") in self.functions

    def _role(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self._role(node.left)  # y/a - (1-y)/(1-a)
        name = bare(node)
        if name is None and isinstance(node, ast.Subscript):
            name = item_name(node)
        if name is None:
            return None
        if name in self.flow.after or name in self.flow.before:
            return "guess"
        own = short(name).split(".")[-1]
        if _GUESS.search(own) and not own.lower().startswith("train"):
            return "guess"
        return "target" if _TARGET.match(own) else None

    def _of_call(self, node: ast.Call, depth: int) -> int:
        function = self.functions.get(called(node) or "")
        inside = [self.of(one, depth + 1) for one in node.args]
        if isinstance(node.func, ast.Attribute):
            inside.append(self.of(node.func.value, depth + 1))
        if any(inside):
            sign = 1
            for one in inside:
                sign *= one or 1
            return sign
        if function is not None and depth < 3:
            returned = [one.value for one in function.body if isinstance(one, ast.Return)]
            return self.of(returned[0], depth + 10) if returned else 0
        return 0


def _is_item(node: ast.AST) -> bool:
    """Whether an expression is one number of a row: `row[2]`, `row[-1]`."""
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.UnaryOp)


def _is_negative(node: ast.AST) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return True
    return isinstance(node, ast.Constant) and is_number(node.value) and node.value < 0
