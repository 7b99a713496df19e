"""What lists show, one noun per file: columns, order, what an empty one says."""
