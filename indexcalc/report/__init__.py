"""What people read: tables, charts, workbooks. It reads results and computes no index."""
