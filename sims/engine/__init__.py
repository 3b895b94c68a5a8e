"""The numerical core: dense networks, R replicas at once. It knows no experiment."""
