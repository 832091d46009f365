"""What every refusal over HTTP looks like: problem+json, with a sentence that its reader can act on."""

from typing import Any

import requests

TRACES = ("Traceback", 'File "', "sqlalchemy", "sqlite3", "psycopg", "werkzeug", '", line ', ".py")


def is_problem(answer: requests.Response, status: int, code: str, sent: str = "") -> dict[str, Any]:
    """An RFC 9457 answer with nothing of our insides; `sent` is what the sentence may quote."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["code"], said["type"]) == (status, code, f"/problems/{code}")
    assert said["title"]
    is_sentence(said["detail"], sent)
    assert not [word for word in TRACES if word in answer.text]
    return said


def is_sentence(detail: str, sent: str = "") -> None:
    """Said in Chinese, to the end, with every blank filled."""
    assert detail.endswith("。"), detail
    own = detail.replace(sent, "") if sent else detail
    assert "%(" not in own
    assert "error." not in own
    assert "None" not in own
