"""The REST door: a real HTTP connection to a running gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator

import requests
from google.protobuf.message import Message

from support.doors.contract import response_class
from support.doors.rest_json import from_json, to_json, to_query
from support.doors.rest_paths import ENDPOINTS
from support.errors import ApiError
from support.http_status import HTTP_STATUS

TIMEOUT_S = 60
"""Far beyond what any call takes: a hung server fails the test and does not hang it."""


class RestDoor:
    """Calls rpcs as an MLflow client would: documented path, JSON, one kept connection."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False

    def call(self, rpc_name: str, request: Message, *, request_id: str | None = None) -> Message:
        """See `Door.call`. An answer must have the status that rest-facts §3 gives its code."""
        method, path = ENDPOINTS[rpc_name]
        headers = {} if request_id is None else {"X-Request-Id": request_id}
        if method == "GET":
            answer = self._session.get(
                self._base_url + path, params=to_query(request), headers=headers, timeout=TIMEOUT_S
            )
        else:
            headers["Content-Type"] = "application/json"
            body = json.dumps(to_json(request), allow_nan=False)
            answer = self._session.post(self._base_url + path, data=body, headers=headers, timeout=TIMEOUT_S)
        assert answer.headers["Content-Type"].split(";")[0] == "application/json", answer.text
        document = answer.json()
        if answer.status_code != 200:
            assert HTTP_STATUS[document["error_code"]] == answer.status_code, answer.text
            raise ApiError(document["error_code"], document["message"])
        response = response_class(rpc_name)()
        from_json(document, response)
        return response

    def stream(self, rpc_name: str, request: Message) -> Iterator[Message]:
        """REST has no server-streaming rpc among those of the acceptance suite."""
        raise NotImplementedError(rpc_name)

    def close(self) -> None:
        """Closes the connection."""
        self._session.close()
