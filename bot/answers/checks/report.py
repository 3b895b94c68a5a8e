"""What a check finds: faults, how often each comparison held, and each claim beside its control."""

from dataclasses import dataclass

from bot.content.parts import ClaimKind


@dataclass(frozen=True)
class Fault:
    """Something wrong with an entry, and how to mend it."""

    entry: str
    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.entry}: {self.where}: {self.says}"


@dataclass(frozen=True)
class Checked:
    """A claim, control or counter-example that was run: how often its comparison held, against how often it must."""

    entry: str
    where: str
    holds: str
    rate: float
    ok: bool


@dataclass(frozen=True)
class Counted:
    """A claim over all seeds, beside its control; `control_true` is None where it has none."""

    entry: str
    claim: int
    kind: ClaimKind
    says: str
    true: int
    seeds: int
    against: str = ""
    control_true: int | None = None

    def __str__(self) -> str:
        if self.kind == "identity":
            told = f"identity, in {self.true} of {self.seeds}"
        else:
            told = f"in {self.true} of {self.seeds}"
            told += "; no control" if self.control_true is None else f"; {self.against} in {self.control_true}"
        return f"{self.entry} claims[{self.claim}]: {told}: {self.says}"


@dataclass(frozen=True)
class Report:
    """The result of a check."""

    faults: tuple[Fault, ...]
    checked: tuple[Checked, ...]
    counted: tuple[Counted, ...] = ()
