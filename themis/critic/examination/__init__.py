"""What critics of one sitting share: the room, the frames of a run, prompts and replies."""
