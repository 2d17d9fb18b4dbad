"""What xlwings Server serves behind ribbon buttons: none yet."""
