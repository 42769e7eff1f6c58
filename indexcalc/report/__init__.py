"""What people read: tables, charts, workbooks. Made from results; no index is computed here."""
