"""What a post says about its asker's own network: code, logs and numbers read, never run, and what is unusual named."""
