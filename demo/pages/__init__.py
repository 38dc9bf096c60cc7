"""The small web applications that the web stories drive."""
