"""Running lines and the sentence with the date produced."""
