"""How far people, and critics, agree beyond chance. It knows no web framework."""
