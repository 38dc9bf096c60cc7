"""What judges are worth, measured on people's labels: calibration, precision floors, noise."""
