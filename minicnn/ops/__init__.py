"""The lecture: convolution and pooling as operations on arrays."""
