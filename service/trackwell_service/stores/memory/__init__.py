"""The memory store: the executable specification of storage, and a store for tests and experiments."""

from trackwell_service.stores.memory.store import MemoryStore, open_memory_store

__all__ = ["MemoryStore", "open_memory_store"]
