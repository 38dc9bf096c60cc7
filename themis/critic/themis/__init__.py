"""The OS-Themis panel: Selector, Verifier, Reviewer and Judge over one evidence chain."""
