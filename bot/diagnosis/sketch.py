"""Settings of a run while they are taken from a specification: what the post says first, then what is shown beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.diagnosis.spec import NetworkSpec

PICTURES = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}  # shown as 8×8 digits


@dataclass
class Sketch:
    """`settings` from the specification; `show` fills in what it does not say; and what is said of both beside the
    run: `otherwise` what is shown differently, `assumed` what was not in the post."""

    spec: NetworkSpec
    show: Mapping[str, Any]
    settings: dict[str, Any] = field(default_factory=dict)
    otherwise: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """The value of a setting so far; None where there is none."""
        return self.settings.get(name, self.show.get(name))

    def put(self, **settings: Any) -> None:
        """Set what is known; None changes nothing."""
        self.settings |= {name: value for name, value in settings.items() if value is not None}

    def suppose(self, name: str, value: Any, says: str = "") -> None:
        """Set what the post does not say, unless `show` has it; `says` is what is told of it."""
        if name not in self.show:
            self.settings[name] = value
            self.assumed += [f"{says} not in the post: {value}".replace("_", " ")] if says else []

    def instead(self, what: str, shown: str) -> None:
        """Tell that something is shown as something else."""
        note = f"{what} is shown as {shown}".replace("_", " ")
        if note not in self.otherwise:
            self.otherwise.append(note)

    def named(self, name: str, table: Mapping[str, str], called: str) -> str:
        """What a name is shown as by a table of stand-ins, told unless the name says nothing."""
        if name in table and name != "other":
            self.instead(f"{called} {name}", table[name])
        return table.get(name, name)

    @property
    def pictures(self) -> str:
        """What the pictures are called that 8×8 digits stand in for; empty for other data."""
        return PICTURES.get(str(self.spec.data), "")
