"""Drivers of the doors into the service: in-process core, gRPC socket, REST socket. All are called alike."""
