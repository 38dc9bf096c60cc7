"""What stands before Django: waiting without a thread, streams, and pulls of what is settled."""
