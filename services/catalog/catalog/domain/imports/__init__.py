"""What a file may say of a shop: declared columns, and lines understood by them."""
