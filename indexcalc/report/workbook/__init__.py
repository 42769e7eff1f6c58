"""index.xlsx: the workbook for people, a cover with the findings and a sheet for every question."""
