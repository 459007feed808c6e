"""What every room uses: files, records, processes, messages. Knows nothing of briefings."""
