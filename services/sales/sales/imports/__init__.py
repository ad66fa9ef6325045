"""Files as long work: uploaded, read, published, followed until every line has an outcome."""
