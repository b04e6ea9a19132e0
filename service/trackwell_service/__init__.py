"""The tracking server: domain rules, search language, operations, stores and the gRPC servicers."""
