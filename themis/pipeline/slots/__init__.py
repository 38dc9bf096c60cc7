"""Limits on calls in flight that hold for all processes: by locks on one host, by Redis on many."""
