"""Users, teams, roles and API keys."""
