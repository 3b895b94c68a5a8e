"""Programs that tests drive and the project does not need, such as JupyterLab, at versions that are named here.

They come from PyPI and npm into `build/tools/`, once, and stay there. `PYTHONPATH=. python tests/fetched.py` gets them
all, beside tests that do not need them yet; who needs one meanwhile waits for it.
"""

import json
import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock
from test_javascript import node

from scripts.pages import ROOT

TOOLS = ROOT / "build" / "tools"
INSTALLING = 1100  # seconds, at most
JUPYTER = ("jupyterlab==4.6.6", "notebook==7.6.5")
MARIMO = ("marimo==0.25.2",)
EDITORS = {"tinymce": "8.9.2", "ckeditor5": "48.5.2"}
CHECKERS = {"html-validate": "10.17.0", "vnu-jar": "26.9.27"}
LIGHTHOUSE = {"lighthouse": "12.2.3"}  # later ones want Node 22
INSPECTOR = {"@modelcontextprotocol/inspector": "2.12.0"}
UNFOLDING = {"unfurl.js": "6.4.0", "open-graph-scraper": "6.12.0", "@extractus/oembed-extractor": "6.0.0",
             "metascraper": "5.58.1", "metascraper-title": "5.56.2", "metascraper-description": "5.56.2",
             "metascraper-image": "5.56.2"}
UNFOLDING_PY = ("opengraph_py3==0.71", "pyoembed==0.1.2", "beautifulsoup4==4.13.5", "lxml==6.1.3")
RENDERERS = {"markdown-it": "15.0.3", "marked": "18.2.1", "remark": "15.0.1", "remark-gfm": "4.0.1",
             "remark-html": "16.0.1", "dompurify": "3.5.0"}
RENDERERS_PY = ("cmarkgfm==2025.10.22",)
JQUERY = {"jquery": "4.0.0"}
MANUALS = ("mkdocs-material==9.8.1", "sphinx==9.0.4", "furo==2025.12.19")
PACKAGERS = ("twine==7.0.0", "pipx==1.18.4", "cyclonedx-bom==7.5.0")
FRAMEWORKS = {"react": "19.2.0", "react-dom": "19.2.0", "vue": "3.5.22", "preact": "10.27.2", "svelte": "5.39.11",
              "esbuild": "0.28.2", "esbuild-svelte": "0.9.3"}


def from_pypi(*requirements: str) -> Path:
    """The folder of programs of a virtual environment that holds these packages."""
    folder = _place("pypi", requirements)
    with FileLock(f"{folder}.lock"):
        if not (folder / "whole").exists():
            venv.create(folder, clear=True)  # our pip fills it, and Python compiles what is imported
            into = ["--python", str(folder / "bin" / "python"), "install", "--quiet", "--no-compile"]
            output_of(sys.executable, "-m", "pip", *into, *requirements, timeout=INSTALLING)
            (folder / "whole").touch()
    return folder / "bin"


def from_npm(packages: dict[str, str]) -> Path:
    """A folder with these packages in `node_modules`."""
    folder = _place("npm", [f"{name}@{version}" for name, version in packages.items()])
    with FileLock(f"{folder}.lock"):
        if not (folder / "whole").exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "package.json").write_text(json.dumps({"type": "module", "dependencies": packages}))
            # no package of ours needs what it would run once it is there, such as a compiler
            output_of(node("npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", folder=folder,
                      timeout=INSTALLING)
            (folder / "whole").touch()
    return folder


def _place(kind: str, wanted: object) -> Path:
    TOOLS.mkdir(parents=True, exist_ok=True)
    return TOOLS / f"{kind}-{sha256(f'{sys.version_info[:2]} {wanted}'.encode()).hexdigest()[:12]}"


def output_of(*command: str | Path, folder: Path | None = None, timeout: float = 600, **options: Any) -> str:
    """What a command prints, with these options of `subprocess.run`; where it fails, an assertion with the end of what
    it said."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout, **options)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


if __name__ == "__main__":
    for requirements in (PACKAGERS, JUPYTER, MARIMO, MANUALS, UNFOLDING_PY, RENDERERS_PY):
        from_pypi(*requirements)
    for packages in (EDITORS, CHECKERS, FRAMEWORKS, INSPECTOR, LIGHTHOUSE, JQUERY, UNFOLDING, RENDERERS):
        from_npm(packages)
