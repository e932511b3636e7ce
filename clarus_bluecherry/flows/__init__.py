"""Ready compositions that a script, a worker or an iPaaS step calls, at any time, as often as you like.

`opening.open_site` opens a site; `orders_out.collect_orders`, `movements_back.collect_movements`, `mend.mend` and
`deliver.deliver` make one turn of the loop; `reconcile.reconcile_now` closes it.
"""
