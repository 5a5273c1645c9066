"""The lab: models measured against each other, converted and quantized."""
