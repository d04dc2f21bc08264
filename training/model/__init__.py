"""The reader model in PyTorch."""
