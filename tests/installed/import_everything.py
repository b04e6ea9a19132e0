"""Run by test_environments.py: imports every module of the wheel, and prints how many there are."""

from __future__ import annotations

import importlib
import pkgutil

PACKAGES = ("mlflow", "trackwell", "trackwell_gateway", "trackwell_migrations", "trackwell_service")
# Alembic runs these itself, within a migration.
RUN_BY_ALEMBIC = ("trackwell_migrations.env",)
# Chosen by the URL of a store; each says so itself where the package that it needs is missing.
NEEDS_AN_EXTRA = {
    f"trackwell_service.stores.sql.dialects.{name}": "trackwell[postgresql]"
    for name in ("postgresql", "postgresql_connections", "postgresql_errors")
}


def main() -> None:
    imported = 0
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith(".__main__") and module.name not in RUN_BY_ALEMBIC:
                imported += _imports(module.name)
    print(imported)


def _imports(module: str) -> bool:
    """Whether it imports; what needs an extra must name it instead."""
    if module not in NEEDS_AN_EXTRA:
        importlib.import_module(module)
        return True
    try:
        importlib.import_module(module)
    except Exception as error:
        if NEEDS_AN_EXTRA[module] not in str(error):
            raise
        return False
    raise SystemExit(f"{module} is listed as needing an extra that is not installed, but imports.")


if __name__ == "__main__":
    main()
