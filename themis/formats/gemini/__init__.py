"""Logs of Gemini with its computer-use tool."""
