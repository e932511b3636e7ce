"""The recipe by which a site writes a SKU as one product code, and reads it back."""
