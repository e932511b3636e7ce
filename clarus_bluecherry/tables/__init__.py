"""Tables of other people's making: the only reader and writer of CSV and Excel in this library."""
