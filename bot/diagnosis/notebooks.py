"""The text of a Jupyter notebook: its cells in order, code as code, and what the code printed."""

import json
from typing import Any


def text_of_notebook(content: str) -> str:
    """Cells and their printed outputs as one text; the content itself where it is no notebook."""
    text = cells_of(content)
    return content if text is None else text


def cells_of(content: str) -> str | None:
    """Cells and their printed outputs as one text; None where the content is no notebook."""
    try:
        cells = json.loads(content)["cells"]
        return "\n\n".join(part for cell in cells for part in _parts(cell) if part.strip())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _parts(cell: dict[str, Any]) -> list[str]:
    source = _joined(cell.get("source", ""))
    if cell.get("cell_type") != "code":
        return [source]
    printed = [_joined(output.get("text", output.get("data", {}).get("text/plain", "")))
               for output in cell.get("outputs", [])]
    return [f"```\n{source}\n```", *printed]


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)
