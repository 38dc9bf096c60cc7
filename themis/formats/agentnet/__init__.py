"""Demonstrations of OpenCUA: the AgentNet data set and AgentNetBench."""
