"""The model-free critic: what screens, UI trees, typed text and actions alone can prove."""
