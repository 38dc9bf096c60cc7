"""Places that recordings appear in by themselves: a folder, or a prefix in a bucket."""
