"""What the LSTM is made of: windows of a panel, the network on Keras and JAX, its training."""
