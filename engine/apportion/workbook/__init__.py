"""Workbooks as data: sheet descriptions, the .xlsx writer and readers, templates, proof."""
