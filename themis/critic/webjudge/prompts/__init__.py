"""The questions of WebJudge."""
