"""From typed words to what they say: spelling, numerals, and the settings that a text asks for."""
