"""Message logs of Claude with its computer tools."""
