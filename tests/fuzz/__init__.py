"""Requests and events of every kind, most of them broken, sent to the functions as they are deployed.

`sent.py` has a request and the server's own code that reads it, `world.py` what the functions find in their store,
`made.py` makes the requests, `promises.py` says what each answer must hold, and `amounts.py` how many there are.
"""
