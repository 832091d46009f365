"""The served OpenAPI document as a judge: every answer of a client that it watches is held against it."""

import re
from typing import Any

import requests
from jsonschema import Draft202012Validator

from tests.hall_server import HallServer
from tests.people import TIMEOUT, Api


class Interface:
    """One server's document. `tried` holds the operations that were seen to do what was asked."""

    def __init__(self, server: HallServer) -> None:
        self.server = server
        self.document: dict[str, Any] = requests.get(
            f"{server.url}/api/v1/openapi.json", timeout=TIMEOUT
        ).json()
        self.tried: set[str] = set()
        self.wrong: list[str] = []
        self._paths = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), item)
            for path, item in sorted(self.document["paths"].items(), key=lambda one: one[0].count("{"))
        ]

    @property
    def operations(self) -> dict[str, dict[str, Any]]:
        """Every operation by its id."""
        return {one["operationId"]: one for item in self.document["paths"].values() for one in item.values()}

    def watches(self, api: Api) -> Api:
        """From now on every answer to this client is judged."""
        api.session.hooks["response"].append(lambda answer, **_: self.judge(answer))
        return api

    def judge(self, answer: requests.Response) -> None:
        """Holds an answer against what its operation declares for its status."""
        asked = answer.request
        path = asked.path_url.partition("?")[0]
        item = next((item for pattern, item in self._paths if pattern.fullmatch(path)), {})
        operation = item.get(str(asked.method).lower())
        if operation is None:
            self.wrong.append(f"{asked.method} {path} is not documented")
            return
        place = f"{operation['operationId']} {answer.status_code}"
        declared = operation["responses"].get(str(answer.status_code))
        if declared is None and not answer.ok:
            declared = operation["responses"]["default"]
        if declared is None:
            self.wrong.append(f"{place} is not declared")
            return
        content = self._resolved(declared)["content"]
        kind = answer.headers["Content-Type"].partition(";")[0]
        if kind not in content:
            self.wrong.append(f"{place} is {kind}")
            return
        self.wrong += [f"{place}: {one}" for one in self.faults(content[kind]["schema"], answer.json())]
        if answer.ok:
            self.tried.add(operation["operationId"])

    def faults(self, schema: dict[str, Any], value: Any) -> list[str]:
        """What of a value its schema does not allow."""
        whole = {**schema, "components": self.document["components"]}
        return [
            f"{one.json_path} {one.message[:300]}" for one in Draft202012Validator(whole).iter_errors(value)
        ]

    def faults_of(self, name: str, value: Any) -> list[str]:
        """The same for a named schema."""
        return self.faults({"$ref": f"#/components/schemas/{name}"}, value)

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        found: Any = self.document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found  # type: ignore[no-any-return]
