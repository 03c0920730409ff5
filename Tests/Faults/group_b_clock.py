"""B8: clocks that are wrong, far, or fast."""

import datetime

import certs
from checks import require
from harness import case, table

EXPIRED, EARLY = "X509_V_ERR_CERT_HAS_EXPIRED", "X509_V_ERR_CERT_NOT_YET_VALID"


def dated(bench, start, end):
    """The port of a server whose leaf is valid between two days from now, or two moments."""
    chain = bench.authority.write(f"dated-{start}-{end}.pem".replace(" ", "T"), bench.authority.leaf(days=(start, end)),
                                  bench.authority.middle)
    return bench.peer("good", certificates=[(chain, bench.leaf_key)])


def names(report):
    return {error["name"] for error in report["verify"]["errors"]}


@table("B8", [
    ("the clock says 2040", "2040-01-01 00:00:00", 8, EXPIRED),
    ("the clock says 1999", "1999-01-01 00:00:00", 8, EARLY),
    ("the clock is 60 days ahead", "+60 days", 8, EXPIRED),
    ("the clock is 20 days ahead", "+20 days", 0, None),
    ("the clock is 5 days behind", "-5 days", 8, EARLY),
    ("the clock says 2038-01-20", "2038-01-20 00:00:00", 8, EXPIRED),
])
def wrong_clock(bench, moment, code, error):
    report = bench.connect(dated(bench, -2, 30), expect=code, wrapper=faketime(moment), timeout=4.0)
    require(error is None or error in names(report), f"verify.errors {sorted(names(report))}, without {error}")
    days = report["certificates"][0]["days_left"]
    require((days < 0) == (error == EXPIRED), f"days_left {days}")
    return f"exit {code}, days_left {days}"


def faketime(*words):
    return [certs.program("faketime"), *words]


@case("B8", "a clock that runs 100 times too fast")
def fast_clock(bench):
    report = bench.connect(bench.peer("good"), wrapper=faketime("-f", "+0 x100"), timeout=4.0,
                           environment={"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"})
    return f"total_ms {report['timings']['total_ms']}"


@table("B8", [
    ("valid up to 9999-12-31T23:59:59Z", datetime.datetime(9999, 12, 31, 23, 59, 59), "9999-12-31T23:59:59Z"),
    ("valid up to 2050-01-01T00:00:00Z", datetime.datetime(2050, 1, 1), "2050-01-01T00:00:00Z"),
    ("valid up to 2038-01-19T03:14:08Z", datetime.datetime(2038, 1, 19, 3, 14, 8), "2038-01-19T03:14:08Z"),
])
def far_dates(bench, end, printed):
    report = bench.connect(dated(bench, -1, end))
    found = report["certificates"][0]["not_after"]
    require(found == printed, f"not_after {found}")
    days = report["certificates"][0]["days_left"]
    expected = (end - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)).days
    require(abs(days - expected) <= 1, f"days_left {days}, not {expected}")
    return f"days_left {days}"


@case("B8", "valid since 1950")
def old_dates(bench):
    report = bench.connect(dated(bench, datetime.datetime(1950, 1, 1), 30))
    found = report["certificates"][0]["not_before"]
    require(found == "1950-01-01T00:00:00Z", f"not_before {found}")
