"""What a product code is as text: how it is folded, what damages it, and the barcode beside it."""
