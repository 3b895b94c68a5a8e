"""Addresses as people paste them: damaged on the way, and with what programs hung onto them."""

from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import parse_qsl

from bot.content.settings import Setting, settings_of
from bot.language.vocabulary import names_of
from sims.engine.experiment import Params

LONGEST_NAME, LONGEST_VALUE = 40, 100  # characters that are looked at
MOST_NAMES = 5  # unknown ones that are looked at
ALIKE = 0.8  # from which a name is a setting's, misspelt; what programs add is less like any
BEHIND = " \t\r\n.,;:!?)]}>\"'’”»*"  # what stands behind a link in a sentence and is taken along
NOT_HERE = "The link speaks of “{}”, which is no setting here; did it mean “{}”? It is left out."


@dataclass(frozen=True)
class Pasted:
    """The settings and the seed in a query, as text, and a line for each name that is a setting's, misspelt."""

    settings: dict[str, str]
    seed: str | None
    notes: tuple[str, ...] = ()


def read_pasted(query: str, kind: type[Params]) -> Pasted:
    """Read a query for an experiment: "hidden=2&amp;activation=ReLU)&srsltid=x" says hidden=2 and activation=relu.

    Names that are no settings are left out, for nobody knows what programs add tomorrow. Empty values are, too.
    """
    known, found, notes = settings_of(kind), dict[str, str](), list[str]()
    seed, unknown = None, 0
    for given, text in parse_qsl(query):
        name, value = name_in(given), text.strip().rstrip(BEHIND)
        if not value:
            continue
        if name == "seed":
            seed = value
        elif name in known:
            found[name] = _mended(known[name], value)
        elif (unknown := unknown + 1) <= MOST_NAMES and (meant := _meant(name, kind)):
            notes.append(NOT_HERE.format(name[:LONGEST_NAME], meant))
    return Pasted(found, seed, tuple(dict.fromkeys(notes)))


def name_in(given: str) -> str:
    """A setting's name, however it was escaped ("&amp;seed=7") and capitalised."""
    return given.lower().replace("amp;", "").strip()


def without_rest(slug: str) -> str:
    """An entry's name without what stood behind the link."""
    return slug.rstrip(BEHIND)


def _mended(setting: Setting, value: str) -> str:
    """A value as a link has it, for a choice in any capitals and with any space between words."""
    plain = value.lower().replace(" ", "_").replace("-", "_")
    return plain if setting.kind == "switch" or plain in setting.choices else value


def _meant(name: str, kind: type[Params]) -> str:
    """The setting that a name is another word for, or a misspelling of; empty where it is neither."""
    called = {word: setting for setting, field in kind.model_fields.items() for word in names_of(setting, field)}
    near = get_close_matches(name[:LONGEST_NAME], called, 1, ALIKE)
    return called[near[0]] if near else ""
