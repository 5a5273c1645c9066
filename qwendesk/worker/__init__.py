"""The process that holds a model. It needs qwendesk.api, msgspec, jinja2 and its engine, nothing else."""
