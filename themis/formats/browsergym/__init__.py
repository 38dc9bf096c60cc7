"""Runs in BrowserGym: AgentLab experiments, and AgentRewardBench's JSON of them."""
