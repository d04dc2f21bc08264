"""Fitting what the signs weigh by which somebody is taken for another's relative."""
