"""Critics: who judges a trajectory, and the models they ask. No Django in here."""
