"""The recipe that a site's product codes were written by, found in the codes themselves."""
