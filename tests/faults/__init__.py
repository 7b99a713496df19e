"""What is killed, cut off or kept waiting in the middle: nothing acknowledged is lost, nothing is half."""
