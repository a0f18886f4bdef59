"""How the pack mends what its rules find, where that is safe; loaded only when asked for."""
