"""WebJudge: key points, key screens, and a verdict without the agent's own claims."""
