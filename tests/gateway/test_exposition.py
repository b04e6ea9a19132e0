"""The numbers of several processes in one text."""

from __future__ import annotations

from trackwell_gateway.exposition import merged
from trackwell_gateway.telemetry import Gauge, Telemetry


def test_each_family_stands_together_and_every_sample_says_whose_it_is() -> None:
    texts = {
        "0": '# HELP a An a.\n# TYPE a counter\na{x="{",y="1"} 1\n# HELP b A b.\n# TYPE b gauge\nb 2\n',
        "1": '# HELP a An a.\n# TYPE a counter\na{x="z",y="1"} 3\n# HELP c A c.\n# TYPE c gauge\nc 4e-05\n',
    }
    assert merged("worker", texts) == (
        "# HELP a An a.\n# TYPE a counter\n"
        'a{worker="0",x="{",y="1"} 1\n'
        'a{worker="1",x="z",y="1"} 3\n'
        '# HELP b A b.\n# TYPE b gauge\nb{worker="0"} 2\n'
        '# HELP c A c.\n# TYPE c gauge\nc{worker="1"} 4e-05\n'
    )


def test_a_family_without_samples_is_described() -> None:
    assert merged("worker", {"0": "# TYPE a counter\n"}) == "# TYPE a counter\n"


def test_what_is_shown_is_made_of_the_own_numbers() -> None:
    telemetry = Telemetry()
    telemetry.add_gauge(Gauge("things", "Things.", lambda: 7))
    own = telemetry.text()
    telemetry.show(lambda text: merged("worker", {"3": text}))
    assert telemetry.own_text() == own
    assert 'things{worker="3"} 7\n' in telemetry.text()
