"""In: answers, diagnostics, errors. Out: text for people and machines. Room: render."""
