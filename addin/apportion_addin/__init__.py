"""The Excel add-in: the only place that knows xlwings. It hosts the registry and holds no rule of the domain."""
