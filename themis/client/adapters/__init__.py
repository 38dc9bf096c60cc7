"""Themis in the signatures of training frameworks, one module each; none is imported here.

Which trajectory a completion belongs to is found by `themis://trajectory/<id>`, in what the data
set says of the row first, and in what the model wrote only where nothing else names one. What is
not said in code comes from the environment: THEMIS_URL, THEMIS_KEY, THEMIS_JOB, THEMIS_DEADLINE.
"""
