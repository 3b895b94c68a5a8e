"""Where people meet an answer: the chat, the pages, notebooks, the command line, and the player in all of them."""
