"""Looking into a model: what its kernels are, and pictures of them.

This is the only part of minicnn that needs matplotlib.
"""
