"""What the logs of all models that use a computer share: recognition, pictures, turns."""
