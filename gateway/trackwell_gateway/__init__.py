"""The REST/JSON door of the tracking server, with its routes built from the contract's annotations."""
