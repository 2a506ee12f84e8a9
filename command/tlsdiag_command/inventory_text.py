# SPDX-License-Identifier: GPL-2.0-or-later
"""The inventory as text. For one capture it is identical to the output of -z tlsdiag,inventory, and a test compares both.

The plugin's own text (analyzers/report/inventory_text.cpp) cannot be used for this: tshark prints it for one capture, and
here the lines of many are merged first.
"""
import datetime
import unicodedata
from collections.abc import Iterator

from .inventory import LEGACIES, OTHERS, Inventory, by_count, dependent
from .terminal import counted

WIDTH = 100
LATEST = "2262-04-11T23:47:16.854775Z"  # the plugin knows no later time; RFC 5280, 4.1.2.5: 9999 means no expiry date
SERVERS, CLIENTS, PORTS, CERTIFICATES = 1000, 8, 50, 4  # at most so many are listed


def columns(text: str) -> int:
    """In a terminal: East Asian wide characters take two columns, combining marks none."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else unicodedata.category(one) not in ("Mn", "Me")
               for one in text)


def wrapped(lead: str, text: str) -> str:
    lines, line = [], lead + text.split(" ")[0]
    for word in text.split(" ")[1:]:
        if columns(line) + 1 + columns(word) > WIDTH:
            lines.append(line)
            line = " " * len(lead) + word
        else:
            line += f" {word}"
    return "".join(f"{one}\n" for one in (*lines, line))


def fact(label: str, text: str) -> str:
    return wrapped(f"  {label:12}  ", text) if text else ""


def shares(counts: dict[str, int]) -> str:
    """"TLS 1.3 (12), TLS 1.2 (3)"; without the count if there is only one."""
    if len(counts) == 1 and OTHERS not in counts:
        return next(iter(counts))
    parts = [f"{name} ({count:,})" for name, count in by_count(counts)]
    if OTHERS in counts:
        parts.append(f"others ({counts[OTHERS]:,})")
    return ", ".join(parts)


def names(counts: dict[str, int], at_most: int) -> str:
    known = [name for name, _ in by_count(counts)]
    rest = max(len(known) - at_most, 0)
    if OTHERS in counts:
        return ", ".join([*known[:at_most], f"and more than {rest:,} more"])
    return ", ".join(known[:at_most] + [f"and {rest:,} more"] * (rest > 0))


def size(number: int) -> str:
    if number < 1000:
        return f"{number} bytes"
    value, unit = number / 1e3, 0
    while value >= 1e3 and unit < 3:
        value, unit = value / 1e3, unit + 1
    return f"{value:.{1 if value < 10 else 0}f} {('kB', 'MB', 'GB', 'TB')[unit]}"


# ---- A server ----

def _expiry(not_after: str, now: str) -> str:
    if not_after == LATEST:
        return "expires in 2262 or later"
    day = datetime.date.fromisoformat(not_after[:10])
    days = counted(abs((day - datetime.date.fromisoformat(now[:10])).days), "day", "days")
    return (f"EXPIRED on {day}, {days} before the last connection" if not_after < now else f"expires on {day}, in {days}")


def _suites(counts: dict[str, int]) -> str:
    if len(counts) < 2:
        return fact("suite", shares(counts))
    lines = [f"{count:,}: {name}" for name, count in by_count(counts)]
    if OTHERS in counts:
        lines.append(f"{counts[OTHERS]:,}: others")
    return "".join(fact("" if number else "suite", line) for number, line in enumerate(lines))


def _groups(server: dict) -> str:
    parts = [shares(server["groups"])] if server["groups"] else []
    if server["post_quantum"]:
        parts.append(f"post-quantum in {server['post_quantum']:,}")
    elif server["post_quantum_offered"]:
        offered = counted(server["post_quantum_offered"], "connection", "connections")
        parts.append(f"none post-quantum, although the client offers it in {offered}")
    return "; ".join(parts)


def _certificates(server: dict) -> Iterator[str]:
    known = sorted((one for _, one in sorted(server["certificates"].items())), key=lambda one: -one["connections"])
    for one in known[:CERTIFICATES]:
        count = f"{one['connections']:,}: " if len(known) > 1 else ""
        yield fact("certificate", f"{count}{one['subject']}; {one['key']}, {one['signature']}; "
                                  f"{_expiry(one['not_after'], server['last'])}; issued by {one['issuer']}")
    others = server["certificates_unlisted"] + sum(one["connections"] for one in known[CERTIFICATES:])
    if others:
        yield fact("", f"others in {counted(others, 'connection', 'connections')}")
    if server["certificates_encrypted"]:
        hidden = counted(server["certificates_encrypted"], "connection", "connections")
        yield fact("" if known else "certificate", f"encrypted in {hidden} (TLS 1.3): only a key log file reveals it")


def _name(server: dict) -> str:
    return server["name"] or ("(no server name)" if server["hello_seen"] else "(ClientHello not captured)")


def _server(server: dict) -> str:
    resumed = f"; {server['resumed']:,} resumed" if server["resumed"] else ""
    issuers = f"; clients' certificates issued by {shares(server['client_issuers'])}" if server["client_issuers"] else ""
    over = "" if server["over"] == "TCP" else f"   over {server['over']}"
    return "".join([
        f"{server['server']}   {_name(server)}{over}\n",
        fact("connections", f"{server['connections']:,}: {shares(server['outcomes'])}{resumed}; "
                            f"{size(server['bytes_by_client'] + server['bytes_by_server'])} of TLS"),
        fact("version", shares(server["versions"])), _suites(server["ciphers"]),
        fact("group", _groups(server)), *_certificates(server),
        fact("client auth.", f"{shares(server['client_auth'])}{issuers}"), "\n"])


# ---- The whole ----

def _dependence(server: dict, legacy: str) -> str:
    counts = server["depends_on"][legacy]
    client, chosen = counts["client_has_no_other"], counts["server_chose"]
    both = client > 0 and chosen > 0
    reasons = []
    if client:
        reasons.append(f"the client offers nothing else{f' in {client:,}' if both else ''} "
                       f"({names(counts['clients'], CLIENTS)})")
    if chosen:
        reasons.append(f"by the server's choice or certificate{f' in {chosen:,}' if both else ''}")
    name = f" {server['name']}" if server["name"] else ""
    return (f"{server['server']}{name}: {counted(client + chosen, 'connection', 'connections')}; "
            f"{'; '.join(reasons)}")


def _legacy(servers: list[dict], legacy: str) -> Iterator[str]:
    affected = sorted((one for one in servers if dependent(one, legacy)), key=lambda one: -dependent(one, legacy))
    count = sum(dependent(one, legacy) for one in affected)
    # The hellos reveal the other two.
    unseen = sum(one["certificates_unseen"] for one in servers) if legacy == "sha1" else 0
    text = f"{count:,}" if count else "none seen" if unseen else "none"
    if unseen:
        text += f"; the server's certificate is not seen in {counted(unseen, 'connection', 'connections')}"
    yield wrapped(f"  without {LEGACIES[legacy]}: ", text)
    for one in affected[:SERVERS]:
        yield wrapped("    ", _dependence(one, legacy))


def _plain(inventory: Inventory) -> Iterator[str]:
    ports = sorted(inventory.of("plain"), key=lambda port: -port["connections"])
    without = inventory.total["tcp_without_data"]
    if ports or without:
        yield "\nTCP connections that carried no TLS, by the server's port:\n"
    for port in ports[:PORTS]:
        under_way = port["under_way"]
        yield wrapped(f"  port {port['port']:<7}", f"{counted(port['connections'], 'connection', 'connections')}, "
                                                   f"{size(port['bytes'])}, to {names(port['servers'], CLIENTS)}"
                      + (f"; {under_way:,} began before the capture and may be TLS" if under_way else ""))
    if len(ports) > PORTS:
        yield f"  and {counted(len(ports) - PORTS, 'port', 'ports')} more\n"
    if without:
        yield f"  {counted(without, 'connection', 'connections')} without any data\n"


def _protected(inventory: Inventory) -> Iterator[str]:
    servers, total = inventory.of("server"), inventory.total
    for one in sorted(servers, key=lambda one: -one["connections"])[:SERVERS]:
        yield _server(one)
    if len(servers) > SERVERS:
        yield f"and {len(servers) - SERVERS:,} more servers and names: json,inventory lists them\n\n"
    if total["conversations_unlisted"]:
        yield (f"and {counted(total['conversations_unlisted'], 'conversation', 'conversations')} with servers beyond "
               "the first 10,000\n\n")
    used, offered = (sum(one[key] for one in servers) for key in ("post_quantum", "post_quantum_offered"))
    yield wrapped("", f"{counted(total['conversations'], 'conversation', 'conversations')} with "
                      f"{counted(len({one['server'] for one in servers}), 'server', 'servers')}, "
                      f"{total['completed']:,} completed. A post-quantum group was used in {used:,}, and offered by the "
                      f"client in {offered:,}.")
    yield "Completed conversations that would stop working:\n"
    for legacy in LEGACIES:
        yield from _legacy(servers, legacy)


def inventory_text(inventory: Inventory) -> str:
    if inventory.total["conversations"]:
        return "".join([*_protected(inventory), *_plain(inventory)])
    filtered = inventory.total["tcp_without_data"] is None
    none = f"No TLS conversation{', or none that matches the filter' if filtered else ''}.\n"
    return "".join([none, *_plain(inventory)])
