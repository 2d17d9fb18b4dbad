"""How xlwings Server finds out who calls: one provider, `custom`."""
