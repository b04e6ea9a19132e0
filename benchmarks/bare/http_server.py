"""Bare aiohttp: reads a body and answers `{}`. What a request takes beyond this is ours.

Argument: port.
"""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import web


async def answer(request: web.BaseRequest) -> web.Response:
    await request.read()
    return web.Response(body=b"{}", content_type="application/json")


async def main() -> None:
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(sys.argv[1])).start()
    await asyncio.Event().wait()


uvloop.run(main())
