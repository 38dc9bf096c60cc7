"""Logs of the computer tool of the Responses API of OpenAI."""
