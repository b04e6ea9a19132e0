"""The service as remote procedures: the core, free of any transport, and the gRPC server around it."""
