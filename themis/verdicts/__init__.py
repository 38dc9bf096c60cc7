"""Stage 3: verdicts, their evidence chain, every turn and what it cost."""
