"""The questions of the critics that ask one kind of question."""
