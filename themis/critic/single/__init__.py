"""Critics that ask one kind of question: ZeroGUI, DigiRL and OSReward."""
