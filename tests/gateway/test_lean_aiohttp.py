"""aiohttp without its client half: what a server is spared, and that nobody misses anything."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version

from trackwell_gateway import lean_aiohttp

BEGIN = """
import json, sys
from trackwell_gateway import lean_aiohttp
lean_aiohttp.leave_client_out()
"""


def in_fresh_process(code: str) -> object:
    done = subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_the_gateway_loads_no_client() -> None:
    code = "import trackwell_gateway.app; print(json.dumps([*sys.modules]))"
    loaded = in_fresh_process(code)
    assert isinstance(loaded, list)
    assert "aiohttp.web_protocol" in loaded
    assert not {"aiohttp.client", "aiohttp.connector", "aiohttp.web"} & set(loaded)


def test_who_asks_for_the_rest_gets_it() -> None:
    code = """
import trackwell_gateway.web, aiohttp
before = "aiohttp.client" in sys.modules
version = aiohttp.__version__
from aiohttp import ClientSession, web, hdrs
print(json.dumps([
    before, version == aiohttp.__version__, ClientSession is sys.modules["aiohttp.client"].ClientSession,
    web.Response is trackwell_gateway.web.Response, hdrs.HOST, hasattr(aiohttp, "no_such_name"),
    len(aiohttp.__all__) > 50,
]))
"""
    assert in_fresh_process(code) == [False, True, True, True, "Host", False, True]


def test_a_submodule_alone_does_not_load_the_rest() -> None:
    code = "from aiohttp import hdrs, streams; print(json.dumps([hdrs.HOST, 'aiohttp.client' in sys.modules]))"
    assert in_fresh_process(code) == ["Host", False]


def test_a_version_that_was_not_tried_is_loaded_as_it_is() -> None:
    code = """
del sys.modules["aiohttp"]
lean_aiohttp.TRIED = ((1, 0), (2, 0))
lean_aiohttp.leave_client_out()
print(json.dumps("aiohttp" in sys.modules))
"""
    assert in_fresh_process(code) is False


def test_what_is_loaded_stays_as_it_is() -> None:
    code = """
del sys.modules["aiohttp"]
import aiohttp
lean_aiohttp.leave_client_out()
print(json.dumps(sys.modules["aiohttp"] is aiohttp and "aiohttp.client" in sys.modules))
"""
    assert in_fresh_process(code) is True


def test_the_installed_version_was_tried() -> None:
    """Else servers start slower than they need: try it with the tests of this folder, then say so in `TRIED`."""
    major, minor = map(int, version("aiohttp").split(".")[:2])
    assert lean_aiohttp.TRIED[0] <= (major, minor) <= lean_aiohttp.TRIED[1]
