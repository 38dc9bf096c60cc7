"""Runs of agents that drive a device through MCP tools."""
