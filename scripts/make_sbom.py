"""Write a bill of materials (SBOM, CycloneDX JSON) of what an installation of Ask a Neuron consists of.

    python -m venv tools && tools/bin/pip install -c constraints.txt cyclonedx-bom
    tools/bin/python scripts/make_sbom.py ENVIRONMENT [--out sbom.json]

ENVIRONMENT is the folder of a virtual environment, such as .venv or what pipx made; in the image it is
/opt/ask-neuron. Only packages that ask-neuron needs are listed, each with its version, its licence and what it needs
itself: not what else is in the environment, such as the tests' own tools. The same environment gives the same bytes.
"""

import argparse
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
NAME = "ask-neuron"


def main() -> None:
    """Make it, and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", type=Path)
    parser.add_argument("--out", type=Path, default=Path("sbom.json"))
    given = parser.parse_args()
    made = needed(whole(given.environment), requirements(given.environment))
    given.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    unsaid = [part["name"] for part in made["components"] if not part.get("licenses")]
    print(f"{given.out}: {len(made['components'])} packages; no licence stated: {', '.join(unsaid) or 'none'}")


def whole(environment: Path) -> dict[str, Any]:
    """What cyclonedx-py says of an environment."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--no-validate", "--output-reproducible",
               "--output-format", "JSON", "--pyproject", str(PROJECT), "--mc-type", "application",
               str(python(environment))]  # to validate what it has just made takes it fifteen seconds
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit("cyclonedx-py could not read that environment; its message stands above")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def python(environment: Path) -> Path:
    """The interpreter of an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def requirements(environment: Path) -> dict[str, list[str]]:
    """What each package of an environment says that it needs, by its name."""
    asking = ("import importlib.metadata as m, json; "
              "print(json.dumps([[one.name, one.requires or []] for one in m.distributions()]))")
    done = subprocess.run([python(environment), "-c", asking], stdout=subprocess.PIPE, check=True)
    return {canonicalize_name(name): lines for name, lines in json.loads(done.stdout)}


def needed(bill: dict[str, Any], says: dict[str, list[str]]) -> dict[str, Any]:
    """The same bill with what the program needs, directly or through others, and nothing else: of the extras of a
    package those that are asked for, of ours all but the tests'. The bill alone does not tell: in it a package needs
    what any of its extras does."""
    extras = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"].keys() - {"test"}
    reached, waiting = set[tuple[str, str]](), [(NAME, extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in reached:
            continue
        reached.add((name, extra))
        for one in map(Requirement, says.get(name, ())):
            if not one.marker or one.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(one.name), asked) for asked in ("", *one.extras)]
    names = {name for name, _ in reached}
    parts = [part for part in bill["components"] if canonicalize_name(part["name"]) in names]
    refs = {bill["metadata"]["component"]["bom-ref"], *(part["bom-ref"] for part in parts)}
    links = [{**entry, "dependsOn": [ref for ref in entry.get("dependsOn", ()) if ref in refs]}
             for entry in bill["dependencies"] if entry["ref"] in refs]
    return {**bill, "components": parts, "dependencies": links}


if __name__ == "__main__":
    main()
