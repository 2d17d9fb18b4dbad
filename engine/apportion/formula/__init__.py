"""Formulas over tables: text to tree to columns to sentence and live formula. Knows no school."""
