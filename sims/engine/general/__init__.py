"""Any small dense network on any small data: the parts of the experiment `your_network`."""
