"""Forms of the pages, one noun per file."""
