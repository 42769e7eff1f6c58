"""The files that people begin with: an example, a draft from their own file, an empty workbook."""
