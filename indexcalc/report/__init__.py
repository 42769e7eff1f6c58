"""What a person reads: tables, charts, workbooks. Reads results, computes no index."""
