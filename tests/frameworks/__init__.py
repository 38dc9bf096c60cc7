"""Tests with the own code of training frameworks, in an environment of their own."""
