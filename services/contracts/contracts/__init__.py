"""Events and topics: the only thing that Almanac's services know of each other."""
