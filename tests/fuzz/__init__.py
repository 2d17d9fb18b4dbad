"""Random tables and formulas, computed by the engine and by other spreadsheets' engines, compared cell by cell."""
