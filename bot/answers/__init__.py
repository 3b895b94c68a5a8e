"""From an entry and a run to an answer: prose with numbers, judged claims, a comparison, an entry's checks."""
