"""`Document` and `Schema` to `NoteFacts`: a pure function of one note, names still as written."""
