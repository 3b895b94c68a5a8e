"""Where things are: every address that a page, a card or a feed names is built here."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.answers.answer import Answer
from bot.present.permalinks import link_of


def live_path(slug: str, query: str, suffix: str) -> str:
    """The path of an explanation, or of one of its files, on a server: "e/dead-relu.png?seed=7"."""
    return f"e/{slug}{suffix}" + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Links:
    """Addresses, relative to a page (`root` leads from it to the top: "/" on a server, "../" in a folder of files) and
    absolute (`public_url`).

    `path` says where an explanation with a query of settings lies; files on a plain host have other names than routes.
    `index` is where all questions are listed. `chat_url` is empty where there is no chat; `live_url` is empty where no
    server runs other settings.
    """

    public_url: str
    root: str = "/"
    chat_url: str = ""
    live_url: str = ""
    index: str = "entries"
    path: Callable[[str, str, str], str] = live_path

    def to(self, path: str) -> str:
        """The way from the page to a path below the top."""
        return self.root + path

    def absolute(self, path: str) -> str:
        """The full address of a path below the top."""
        return f"{self.public_url}/{path}"

    def entry(self, slug: str, query: str = "", suffix: str = "") -> str:
        """The way from the page to an explanation, or to one of its files (`suffix` ".png")."""
        return self.to(self.path(slug, query, suffix))

    def entry_absolute(self, slug: str, query: str = "", suffix: str = "") -> str:
        """The full address of an explanation or of one of its files."""
        return self.absolute(self.path(slug, query, suffix))

    @property
    def serves(self) -> bool:
        """Whether what answers at these addresses is a server, not a folder of files."""
        return self.live_url == self.public_url

    def live(self, slug: str, query: str = "", suffix: str = "") -> str:
        """Where an explanation is trained with settings other than the page's own; empty where no server does that."""
        if self.serves or not self.live_url:
            return self.entry(slug, query, suffix) if self.live_url else ""
        return f"{self.live_url}/{live_path(slug, query, suffix)}"

    def address(self, answer: Answer, suffix: str = "") -> str:
        """The full address of an answer at its settings, or of one of its files."""
        return self.entry_absolute(answer.entry.slug, query_of(answer), suffix)

    def chat(self, slug: str, query: str = "") -> str:
        """The chat, opened on an explanation with settings; empty where there is no chat."""
        return f"{self.chat_home}?entry={slug}" + (f"&{query}" if query else "") if self.chat_url else ""

    @property
    def chat_home(self) -> str:
        """The way from the page to the chat; relative where the same server has both, by whatever name it was called.
        """
        return self.root if self.chat_url == self.public_url else f"{self.chat_url}/"


def query_of(answer: Answer) -> str:
    """The settings of an answer that differ from its entry's own, and its seed: "hidden=2&seed=7", or empty."""
    return link_of(answer).settings
