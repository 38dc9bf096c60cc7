"""What the panel is asked, and the forms of its replies: files."""
