"""Our components for the browser: files beside the code, served by Streamlit, so that no script stands in a page.

Streamlit finds such files by itself where an installed package is named like its distribution. Ours is not, and a clone
need not be installed at all, so the same declaration is made here.
"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

PACKAGE = "ask-neuron"
FRONTEND = "chat/frontend"  # below surfaces/, as the player's modules are, which our scripts in the chat import
FOLDERS = {"player": "player", "attention": FRONTEND, "playing": FRONTEND, "copying": FRONTEND}


def component(name: str, **files: Any) -> Any:
    """The component of that name; `js` is a file of its folder, and the rest as in `st.components.v2.component`."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(f"{PACKAGE}.{name}") is None:
        manager.register_from_manifest(_manifest(), Path(__file__).resolve().parent.parent)
    return st.components.v2.component(f"{PACKAGE}.{name}", **files)


def _manifest() -> ComponentManifest:
    """All components; to find the package's version reads its metadata, which takes five milliseconds."""
    configs = [ComponentConfig(name, folder) for name, folder in FOLDERS.items()]
    try:
        own = version(PACKAGE)
    except PackageNotFoundError:  # a clone that is not installed
        own = "0"
    return ComponentManifest(PACKAGE, own, configs)
