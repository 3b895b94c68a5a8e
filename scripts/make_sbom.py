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
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
NAME = "ask-neuron"


def main() -> None:
    """Make it, and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", type=Path)
    parser.add_argument("--out", type=Path, default=Path("sbom.json"))
    given = parser.parse_args()
    made = needed(whole(given.environment))
    given.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    unsaid = [part["name"] for part in made["components"] if not part.get("licenses")]
    print(f"{given.out}: {len(made['components'])} packages; no licence stated: {', '.join(unsaid) or 'none'}")


def whole(environment: Path) -> dict[str, Any]:
    """What cyclonedx-py says of an environment."""
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--output-format", "JSON",
               "--pyproject", str(PROJECT), "--mc-type", "application", str(python)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit("cyclonedx-py could not read that environment; its message stands above")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def needed(bill: dict[str, Any]) -> dict[str, Any]:
    """The same bill with what the program needs, directly or through others, and nothing else."""
    needs = {entry["ref"]: entry.get("dependsOn", []) for entry in bill["dependencies"]}
    own = {part["bom-ref"] for part in bill["components"] if part["name"] == NAME}
    reached, waiting = set[str](), [bill["metadata"]["component"]["bom-ref"], *own]
    while waiting:
        ref = waiting.pop()
        if ref not in reached:
            reached.add(ref)
            waiting += needs.get(ref, [])
    parts = [part for part in bill["components"] if part["bom-ref"] in reached]
    return {**bill, "components": parts, "dependencies": [entry for entry in bill["dependencies"]
                                                          if entry["ref"] in reached]}


if __name__ == "__main__":
    main()
