"""One answer, many forms: charts, headline, text, JSON, forum post, links, recordings, files to take away."""
