"""The backends a gateway can stand on: a service in the same process, or one elsewhere over gRPC."""
