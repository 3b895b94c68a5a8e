"""Reading code without running it: lines, tokens, syntax trees, then the libraries' own words."""
