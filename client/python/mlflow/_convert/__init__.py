"""The border to the contract: beside the transports the only package of the client that sees protobuf.

`entities` turns messages into entities and back, `errors` reads the table of error codes; each of the other modules
has a function for each rpc of one service: values in, entities out, a `Transport` between.
"""
