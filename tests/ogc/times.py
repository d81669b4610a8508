"""When a feature was, and whether that meets a time that is asked for. All in UTC; spans are half-open."""

from datetime import UTC, date, datetime, timedelta

INSTANT = timedelta(microseconds=1)


def read(text):
    """A day or an instant, as its first and the first after it."""
    if "T" not in text:
        day = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        return day, day + timedelta(days=1)
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return at, at + INSTANT


def span_of(feature, schema):
    """When a feature was: by the property of its primary instant. None: it has no time."""
    for name, property_ in schema["properties"].items():
        if property_.get("x-ogc-role") == "primary-instant":
            text = feature["properties"].get(name)
            if text is None:
                return None
            begin, end = read(text)
            # The shipped incidents say where only the month is known.
            if feature["properties"].get("date_precision") == "month":
                begin = begin.replace(day=1)
                end = (begin + timedelta(days=32)).replace(day=1)
            return begin, end
    return None


def meets(span, asked):
    """Whether a feature's time meets what is asked. One without a time meets every time (17-069r4, 7.15.4)."""
    if span is None:
        return True
    begin, end = asked
    return (end is None or span[0] < end) and (begin is None or begin < span[1])
