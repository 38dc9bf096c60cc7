"""How far people, and critics, agree. Knows no Django: it works in a process of its own."""
