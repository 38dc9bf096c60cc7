"""What the browser is told while a case is judged."""
