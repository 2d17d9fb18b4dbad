"""Who gets what: projections, the catalogue of methods, rules, scenarios."""
