"""Rounding as Excel and school finance do it; the only place where Apportion rounds."""
