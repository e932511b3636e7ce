"""The demo: a season of stock all the way round, between both systems as local servers, with faults."""
