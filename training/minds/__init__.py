"""Weights of what people undertake, believe and know."""
