"""AndroidWorld: the checkpoints of its runner, and the JSON that agents built on it write."""
