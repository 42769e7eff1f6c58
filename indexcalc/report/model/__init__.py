"""The index as live formulas (`model.xlsx`): `workbook.write_model_workbook` writes it."""
