"""Android in the Wild and Android in the Zoo: demonstrations by people."""
