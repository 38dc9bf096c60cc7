"""What people bring in through a page: received piece by piece, with a result an item."""
