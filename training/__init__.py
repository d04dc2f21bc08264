"""How the reader model is made: data, splits, training, export. Needs PyTorch; nothing in ``src/fabula`` imports this."""
