"""The models that critics ask: real ones, fakes, and none. All I/O of the critics is here."""
