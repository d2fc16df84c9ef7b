"""Tables of private lists under headings of their own: what is read, what is said of the rest."""

from __future__ import annotations

import pytest

from validator import audit
from validator.consumers.case import PrivateRules
from validator.consumers.reading import parse_consumer


def table(*rows: str) -> str:
    """A table of Markdown whose cells are separated by commas."""
    lines = [f"|{row.replace(',', '|')}|" for row in rows]
    return "\n".join([lines[0], "|-" * (rows[0].count(",") + 1) + "|", *lines[1:]]) + "\n\n"


def read(text: str, path: str = "p.md", rules: PrivateRules | None = None) -> tuple[str, list[str]]:
    """The entries, and the findings with severity, place and message."""
    file = parse_consumer(text.encode(), path=path, private=rules)
    entries = [f"{e.name} {e.port_text}/{e.transport}" for e in file.entries]
    found = audit(file, private=rules, ignore=["CS017", "CS408"]).findings
    return "; ".join(entries), [
        f"{f.code} {f.severity} {f.location.line}:{f.location.column} {f.message}" for f in found
    ]


USUAL = table("Service,Port", "web,8001")
HINT = "[audit.private] columns ="
INNER = ": its ports are within a container, or internal"
LIKE_PORTS = ", and its cells look like ports"
UNREAD = "CS404 warning {} {} is not read, and its cells look like ports; " + HINT + " {}"

BULLETS = (
    "CS404 {} 5:1 2 lines with ports in bullets (lines 5 to {}) are not read: a list is a table"
    " with a name and a port column"
)

PROTOCOLS = (
    ("https", 443), ("ssh", 22), ("SMTP", 25), ("dns", 53), ("http", 80), ("pop3", 110),
    ("ntp", 123), ("ldap", 389),
)  # fmt: skip

ONE_BULLET = (
    "CS404 {} 5:1 1 line with ports in bullets (line 5) is not read: a list is a table with a name"
    " and a port column"
)

# Tables of Markdown, their entries, and what is said of them.
TABLES: list[tuple[str, str, list[str]]] = [
    # A table under foreign headings is read where it is alone, with the names beside its ports.
    (table("Servicio,Puerto", "web,8001", "api,8002"), "web 8001/tcp; api 8002/tcp", []),
    (table("Puerto,Servicio", "8001,web"), "web 8001/tcp", []),
    (table("\u0421\u0435\u0440\u0432\u0438\u0441,\u041f\u043e\u0440\u0442", "web,8001"),
     "web 8001/tcp", []),
    (table("\u670d\u52a1,\u7aef\u53e3", "web,8001"), "web 8001/tcp", []),
    (table("Name der Anwendung,Porta", "web,8001"), "web 8001/tcp", []),
    # Two such tables; a plan of ranges is none of them.
    (table("Servicio,Puerto", "web,8001") + table("Puerto,Uso", "8002,api"),
     "web 8001/tcp; api 8002/tcp", []),
    (table("Rango de puertos,Uso", "8000-8999,web") + table("Servicio,Puerto", "web,8001"),
     "web 8001/tcp",
     ['CS404 note 1:1 no column "name": the headings are "Rango de puertos", "Uso"; ' + HINT
      + ' {name = ["Servicio", "Uso"], port = ["Puerto", "Rango de puertos"]} reads all tables']),
    (table("Rango de puertos,Uso", "8000-8999,web"), "web 8000-8999/tcp", []),
    # Beside such a list, one of ranges whose headings are as usual is read.
    (table("Service,Host port", "web,8001") + table("Service,API port", "a,8010-8019"),
     "web 8001/tcp; a 8010-8019/tcp", []),
    # Rows may be short, also in columns whose cells say what they are.
    (table("Servicio,Puerto", "web,8001", "api", "db,8002"), "web 8001/tcp; db 8002/tcp",
     ['CS402 error 4:1 "api" has no port']),
    # Of tables without ports the one that may have some is read: half of its cells are nearly.
    (table("Uno,Puerto", "a,85o0", "b,soon", "c,later") + table("Dos,Puerto", "d,85o1", "e,soon"),
     "",
     ['CS404 note 1:1 no column "name": the headings are "Uno", "Puerto"',
      *(f'CS402 error {line}:4 "{cell}": expected a port, a range, or a port with its transport'
        for line, cell in ((9, "85o1"), (10, "soon")))]),
    # Beside a table with usual headings they are told, with what reads all tables.
    (USUAL + table("Dienst,Anschluss", "api,6002", "db,6003"), "web 8001/tcp",
     ['CS404 warning 5:1 no column "port": the headings are "Dienst", "Anschluss"; ' + HINT
      + ' {name = ["Service", "Dienst"], port = ["Port", "Anschluss"]} reads all tables']),
    (USUAL + table("Servicio,Puerto", "api,6002") + table("Dienst,Zahl", "a,6003", "b,6004"),
     "web 8001/tcp",
     ['CS404 error 5:1 no column "name": the headings are "Servicio", "Puerto"; ' + HINT
      + ' {name = ["Service", "Servicio"], port = ["Port", "Puerto"]} reads these tables',
      'CS404 warning 9:1 no column "port": the headings are "Dienst", "Zahl"; ' + HINT
      + ' {name = ["Service", "Servicio", "Dienst"], port = ["Port", "Puerto", "Zahl"]}'
      " reads all tables"]),
    # One row is enough; what is listed elsewhere, Reserved for the system or a range is a note.
    (USUAL + table("Dienst,Anschluss", "api,6002"), "web 8001/tcp",
     ['CS404 warning 5:1 no column "port": the headings are "Dienst", "Anschluss"; ' + HINT
      + ' {name = ["Service", "Dienst"], port = ["Port", "Anschluss"]} reads all tables']),
    (USUAL + table("Port,Conflict", "8001,x", "22,y"), "web 8001/tcp",
     ['CS404 note 5:1 no column "name": the headings are "Port", "Conflict"; ' + HINT
      + ' {name = ["Service", "Conflict"]} reads all tables']),
    (USUAL + table("Port,Area", "8002-8009,x", "8010-8019,y", "8020,z"), "web 8001/tcp",
     ['CS404 note 5:1 no column "name": the headings are "Port", "Area"; ' + HINT
      + ' {name = ["Service", "Area"]} reads all tables']),
    (USUAL + table("Rule,Port", "in,tcp:8002", "out,udp:8003"), "web 8001/tcp",
     ['CS404 warning 5:1 no column "name": the headings are "Rule", "Port"; ' + HINT
      + ' {name = ["Service", "Rule"]} reads all tables']),
    # With a usual heading of names the word port is enough; not a port within a container.
    (USUAL + table("Service,Host port", "api,8002") + table("Service,Internal port", "db,8003"),
     "web 8001/tcp; api 8002/tcp",
     ['CS404 note 9:1 no column "port": the headings are "Service", "Internal port"']),
    # Under an unusual heading small numbers are no ports, nor is what a measure says.
    *((table(f"Name,{heading}", "a,24", "b,48", "c,8"), "",
       [f'CS404 error 1:1 no column "port": the headings are "Name", "{heading}"; {HINT}'
        f' {{port = "{heading}"}} reads it'])
      for heading in ("USB ports", "Patch port", "Ports (RJ45)")),
    *((table(f"Name,{heading}", "a,24", "b,48", "c,8"), "",
       [f'CS404 error 1:1 no column "port": the headings are "Name", "{heading}"'])
      for heading in ("Number of ports", "Port speed")),
    *((USUAL + table(f"Name,{heading}", "a,24", "b,48", "c,8"), "web 8001/tcp",
       [f'CS404 note 5:1 no column "port": the headings are "Name", "{heading}"; {HINT}'
        f' {{port = ["Port", "{heading}"]}} reads all tables'])
      for heading in ("USB ports", "Patch port", "Ports (RJ45)")),
    *((USUAL + table(f"Name,{heading}", f"a,{first}", f"b,{last}"), "web 8001/tcp", [])
      for heading in ("Number of ports", "Port speed", "Port count", "Max ports", "Limit (ports)")
      for first, last in ((1000, 100), (2500, 2500))),
    # Different numbers that may be ports are reported under such a heading, too.
    *((USUAL + table(f"Name,{heading}", "a,9000", "b,9010"), "web 8001/tcp",
       [f'CS404 warning 5:1 no column "port": the headings are "Name", "{heading}"; {HINT}'
        f' {{port = ["Port", "{heading}"]}} reads all tables'])
      for heading in ("Max port", "maxPort", "Port limit", "Total ports", "Num ports", "Speed")),
    *((USUAL + table(f"Name,{heading}", "a,9000", "b,9010"), "web 8001/tcp", [])
      for heading in ("Limit", "Max connections", "maxConnections", "Min. memory")),
    # A limit or MinIO before the word port says whose port it is.
    *((USUAL + table(f"Name,{heading}", "a,9000", "b,9010"),
       "web 8001/tcp; a 9000/tcp; b 9010/tcp", [])
      for heading in ("MinIO port", "MinIO ports", "minIO_port", "rate limit port", "rateLimitPort",
                      "Speed test port", "speedPort", "Retries port number",
                      "Port number of service")),
    (table("Environment,Postgres port,MinIO port", "prod,5432,9000"),
     "prod 5432/tcp; prod 9000/tcp", []),
    (table("Service,Host port,Patch port", "web,80,3", "modbus,502,4", "ssh,22,5"),
     "web 80/tcp; modbus 502/tcp; ssh 22/tcp",
     ['CS404 note 1:20 "Patch port" is not read: its numbers do not look like ports; ' + HINT
      + ' {port = ["Host port", "Patch port"]} reads it']),
    (table("Switch,USB ports", "a,4") + table("Dienst,Puerto", "b,8001"), "b 8001/tcp",
     ['CS404 note 1:1 no column "name": the headings are "Switch", "USB ports"; ' + HINT
      + ' {name = ["Dienst", "Switch"], port = ["Puerto", "USB ports"]} reads all tables']),
    # Only a heading that says port makes an error of another table.
    *((USUAL + table(f"Name,{heading}", "a,2048", "b,4096"), "web 8001/tcp",
       [f'CS404 warning 5:1 no column "port": the headings are "Name", "{heading}"; {HINT}'
        f' {{port = ["Port", "{heading}"]}} reads all tables'])
      for heading in ("Memory", "Postcode", "Issue", "LOC", "Extension", "Default", "Numbers")),
    (USUAL + table("Name,Outer", "a,8002") + table("Rack,Host port", "x,8003"), "web 8001/tcp",
     ['CS404 warning 5:1 no column "port": the headings are "Name", "Outer"; ' + HINT
      + ' {name = ["Service", "Name", "Rack"], port = ["Port", "Outer", "Host port"]} reads all'
      " tables",
      'CS404 error 9:1 no column "name": the headings are "Rack", "Host port"; ' + HINT
      + ' {name = ["Service", "Rack"], port = ["Port", "Host port"]} reads these tables']),
    (table("#,Server", "1,a", "2,b"), "",
     ['CS404 error 1:1 no column "port": the headings are "#", "Server"']),
    (table("Name,Port num,Num ports", "a,8001,2", "b,8002,8"), "a 8001/tcp; b 8002/tcp", []),
    # One line of nothing but a name and a port is enough, and other lines are none alone.
    *((USUAL + bullet, "web 8001/tcp", [ONE_BULLET.format("warning")])
      for bullet in ("* tides 4646\n", "- tides: 4646\n- in 2019\n", "- tide gauge `4646`\n",
                     "+ **tides** 4646\r\n")),
    (USUAL + "- web 8001\n", "web 8001/tcp", [ONE_BULLET.format("note")]),
    *((USUAL + bullet, "web 8001/tcp", [])
      for bullet in ("- since 2024\n", "- see port 4646 for the tides\n", "- tides 46\n",
                     "- the tides are at 4646\n", "- RFC 6335\n", "tides 4646\n")),
    # A misspelled heading has ports below it.
    *((USUAL + table(f"Name,{heading}", "a,24", "b,48"), "web 8001/tcp", [])
      for heading in ("Part", "Sort", "Post", "Numbers", "Prot")),
    (USUAL + table("Name,Prot", "a,8002", "b,99999"), "web 8001/tcp",
     ['CS404 error 5:1 no column "port": the headings are "Name", "Prot"; did you mean "port" for'
      ' "Prot"? Otherwise ' + HINT + ' {port = ["Port", "Prot"]} reads these tables']),
    # What only looks like numbers: years, sizes, small numbers, one number, many words.
    (USUAL + table("Release,Date", "a,2019", "b,2020", "c,2021-05"), "web 8001/tcp", []),
    (USUAL + table("Setting,Timeout (ms)", "a,5000", "b,3000"), "web 8001/tcp", []),
    (USUAL + table("Item,Amount", "a,12", "b,300", "c,7"), "web 8001/tcp", []),
    (USUAL + table("Item,Stock", "a,1200", "b,many", "c,none"), "web 8001/tcp", []),
    # Further columns of ports beside one that is read.
    (table("Coin,public,internal,p2p ports", "a,9001,9101,9201", "b,9002,9102,9202"),
     "a 9201/tcp; b 9202/tcp",
     [UNREAD.format("1:7", '"public"', '{port = ["p2p ports", "public"]} reads it')]),
    (table("Service,Port,Metrics", "a,8001,9001", "b,8002,9002/tcp"), "a 8001/tcp; b 8002/tcp",
     [UNREAD.format("1:15", '"Metrics"', '{port = ["Port", "Metrics"]} reads it')]),
    (table("Service,Port,Year", "a,8001,2019", "b,8002,2020"), "a 8001/tcp; b 8002/tcp", []),
    # Ports within a container, and former ones, are not those of the list.
    (table("Service,Puerto externo,Puerto interno", "a,8001,3000", "b,8002,3000"),
     "a 8001/tcp; b 8002/tcp",
     ['CS404 note 1:25 "Puerto interno" is not read' + INNER]),
    (table("Service,Internal API Port,Outer port", "a,3000,8001"), "a 8001/tcp",
     ['CS404 note 1:10 "Internal API Port" is not read' + INNER]),
    # Columns of ports of several hosts, where most have none.
    (table("App,Container Port,north,south", "a,80,8001,-", "b,81,-,8002", "c,82,-,-"),
     "a 80/tcp; b 81/tcp; c 82/tcp",
     [UNREAD.format(place, heading, '{port = ["north", "south"]} reads it')
      for place, heading in (("1:21", '"north"'), ("1:27", '"south"'))]),
    # The heading of names in an earlier table is that of a later one.
    (table("Puerto,Nombre,Nota", "8001,web,x", "8002,api,y") + table(
        "Puerto,Nombre,Nota", "8003,db,x", "8004,db,y", "8005,db,z", "8006,db,u"),
     "web 8001/tcp; api 8002/tcp; db 8003/tcp; db 8004/tcp; db 8005/tcp; db 8006/tcp", []),
    (table("Puerto,Nota", "8001,web", "8002,api") + table(
        "Puerto,Equipo,Nota", "8003,db,main", "8004,mail,smtp", "8005,dns,53"),
     "web 8001/tcp; api 8002/tcp; db 8003/tcp; mail 8004/tcp; dns 8005/tcp", []),
    # A column that several tables have is reported once.
    (table("Service,Port,Container Port", "a,8001,80") + table(
        "Service,Container Port,Port", "b,81,8002") + table("Service,Port,Metrics", "c,8003,8001")
     + table("Service,Port,Metrics", "d,8004,9004"),
     "a 8001/tcp; b 8002/tcp; c 8003/tcp; d 8004/tcp",
     ['CS404 note 1:15 "Container Port" is not read in 2 tables' + INNER,
      'CS404 warning 9:15 "Metrics" is not read in 2 tables, and its cells look like ports; '
      + HINT + ' {port = ["Port", "Metrics"]} reads it']),
    (table("Service,Old Port,New Port", "a,8001,8002", "b,8002,8003"), "a 8002/tcp; b 8003/tcp",
     ['CS404 note 1:10 "Old Port" is not read']),
    (table("Service,Original Port,Canonical Port", "a,8001,8002"), "a 8002/tcp",
     ['CS404 note 1:10 "Original Port" is not read']),
    (table("Service,Internet Port,International Port", "a,8001,8002"), "a 8001/tcp; a 8002/tcp",
     []),
    # Beside other tables one of ports within a container is not read.
    (table("Service,Internal port", "db,5432") + table("Role,Host port", "web,8001")
     + table("Service,Local port", "api,8002"), "api 8002/tcp",
     ['CS404 note 1:1 no column "port": the headings are "Service", "Internal port"',
      'CS404 error 5:1 no column "name": the headings are "Role", "Host port"; ' + HINT
      + ' {name = ["Service", "Role"], port = ["Local port", "Host port"]} reads these tables']),
    (table("Servicio,Puerto interno", "db,5432") + table("Rol,Puerto", "web,8001"),
     "web 8001/tcp",
     ['CS404 note 1:1 no column "name": the headings are "Servicio", "Puerto interno"; did you mean'
      ' "service" for "Servicio"?']),
    (table("Service,Internal port", "db,5432"), "db 5432/tcp", []),
    # Where a colon maps a port to another one, it makes no range.
    (table("Service,Port", "a,5001:5001", "b,7070:9090", "c,8080:80", "d,8000-8010"),
     "a 5001:5001/tcp; d 8000-8010/tcp",
     [f'CS402 error {line}:4 "{cell}": expected one port or a range, found what maps a port to'
      " another" for line, cell in ((4, "7070:9090"), (5, "8080:80"))]),
    (table("Service,Port", "a,7070:7080"), "a 7070:7080/tcp", []),
    # A column of transports under another heading, and what is no name.
    *((table("Puerto,Otro,Servicio", f"8001,{first},web", f"8002,{last},api"),
       "web 8001/tcp; api 8002/tcp", [])
      for first, last in (("http://a.example.com", "http://b.example.com"),
                          ("PORT_WEB", "PORT_API"), ("src/web.py", "`api/main.go`"))),
    (table("Branch,Use,Puerto", "main,web,8001", "main,api,8002"),
     "web 8001/tcp; api 8002/tcp", []),
    # A heading of names beside another word; a table of files is none of services.
    (USUAL + table("Stack,Service / container,Host port", "x,db,8002")
     + table("Stack,App (service),Port", "x,api,8003"), "web 8001/tcp; db 8002/tcp; api 8003/tcp",
     []),
    (table("Port (service),Uso", "8001,web"), "web 8001/tcp", []),
    (table("Port,Workspace", "8001,web") + table("Port,File", "8001,a/web.ts", "8002,a/api.ts"),
     "web 8001/tcp",
     ['CS404 error 5:1 no column "name": the headings are "Port", "File"; ' + HINT
      + ' {name = ["Workspace", "File"]} reads these tables']),
    (table("Puerto,Variable", "8001,PORT_WEB", "8002,PORT_API"),
     "PORT_WEB 8001/tcp; PORT_API 8002/tcp", []),
    (table("Puerto,Protocolo,Uso", "8001,TCP,web", "8002,UDP,dns", "8003,TCP/UDP,x y"),
     "web 8001/tcp; dns 8002/udp; x y 8003/tcp; x y 8003/udp", []),
    (table("Service,Port,Type", "a,8001,udp", "b,8002,tcp"), "a 8001/udp; b 8002/tcp", []),
    (table("Service,Port,Type", "a,8001,udp", "b,8002,external"), "a 8001/tcp; b 8002/tcp", []),
    (table("State,Port,What", "\U0001f7e2 up,8001,web", "\U0001f534 off,8002,api"),
     "web 8001/tcp; api 8002/tcp", []),
    (table("Stage,Port,What", "prod,8001,web", "prod,8002,api", "prod,8003,db"),
     "web 8001/tcp; api 8002/tcp; db 8003/tcp", []),
    # A cell without a heading, but for marks and numbers of rows.
    (table("Service,Port,", "a,8001,udp", "b,8002,tcp"), "a 8001/udp; b 8002/tcp", []),
    (table("Service,Port,", "a,8001,old", "b,8002,new"), "a 8001/tcp; b 8002/tcp",
     ['CS020 error 3:9 "old" has no heading']),
    (table(",Service,Port", "1,a,8001", "\u2713,b,8002"), "a 8001/tcp; b 8002/tcp", []),
    (table(",Port", "a,8001"), "a 8001/tcp", []),
    # What is in no table.
    (USUAL + "- api: 8002\n- **db** - `8003`\n- see http://localhost\n", "web 8001/tcp",
     ["CS404 warning 5:1 2 lines with ports in bullets (lines 5 to 6) are not read: a list is a"
      " table with a name and a port column"]),
    (USUAL + "- one (8002)\n- two things\n- in 2019\n", "web 8001/tcp", []),
    (USUAL + "- 2019: begun\n- 2020 grown\n- RFC 6335\n", "web 8001/tcp", []),
    (USUAL + "- 8001: web\n- web (8001)\n", "web 8001/tcp", [BULLETS.format("note", 6)]),
    *((f"{USUAL}- {first}\n- {last}\n", "web 8001/tcp", [BULLETS.format("warning", 6)])
      for first, last in (
          ("8002: api", "8003: db"), ("**8002** - api", "`8003` db"), ("api (8002)", "db (8003)"),
          ("api 8002", "the db 8003"), ("WireGuard UDP 51820 -> x", "tcp/8003 db"))),
    (USUAL + "```\n- api: 8002\n- db: 8003\n```\n", "web 8001/tcp", []),
    ("# Ports\n\n* api 8002/udp\n* port 22 is ssh\n", "",
     ["CS404 error 1:1 no table was found; 2 lines with ports in bullets (lines 3 to 4) are not"
      " read: a list is a table with a name and a port column"]),
    ("<table>\n<tr><td>a</td><td>8001</td></tr>\n<tr><td>b</td><td><code>8002</code></td></tr>\n",
     "",
     ["CS404 error 1:1 no table was found; 2 cells with ports in an HTML table (lines 2 to 3) are"
      " not read: a list is a table with a name and a port column"]),
    (USUAL + "<table><tr><td>a</td><td>8001</td></tr><tr><td>b</td><td>8002</td></tr></table>\n",
     "web 8001/tcp",
     ["CS404 warning 5:22 2 cells with ports in an HTML table (line 5) are not read: a list is a"
      " table with a name and a port column"]),
    ("+-----+------+\n| api | 8001 |\n+-----+------+\n", "",
     ["CS404 error 1:1 no table was found; 2 lines with ports in a table of + and - (lines 1 to 3)"
      " are not read: a list is a table with a name and a port column"]),
    ("# Nothing\n", "",
     ["CS404 error 1:1 no table was found: a list has a row of headings with a name and a port"]),
    # Of several tables without usual headings the one with ports is the list.
    (table("Host,Rack", "a,12") + table("Dienst,Anschluss", "api,6002", "db,6003"), "",
     ['CS404 error 5:1 no column "port": the headings are "Dienst", "Anschluss"; ' + HINT
      + ' {name = "Dienst", port = "Anschluss"} reads it']),
    # A name is under any heading where there is no list with usual ones.
    (table("Port,Serviciu", "8001,web"), "web 8001/tcp", []),
    (table("Host,Rack", "a,12") + table("Port,Serviciu", "8001,web")
     + table("Port,Serviciu", "8002,api"), "web 8001/tcp; api 8002/tcp", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "entries", "findings"), TABLES)
def test_tables_under_headings_of_their_own(text: str, entries: str, findings: list[str]) -> None:
    assert read(text) == (entries, findings)


@pytest.mark.parametrize("text", [text for text, _, findings in TABLES if findings])
def test_the_advice_of_a_message_reads_all_tables(text: str) -> None:
    """Whoever copies what a message says has no further message of this kind and severity."""
    advice = {
        (f.split()[1], f.partition(HINT)[2].partition("} reads")[0])
        for f in read(text)[1]
        if HINT in f
    }
    for severity, values in advice:
        columns = {}
        for part in values.strip(" {").split("], "):
            for pair in part.split(", port") if "[" not in part else [part]:
                role, _, headings = pair.partition(" = ")
                columns[role.strip() or "port"] = headings.split('"')[1::2]
        again = read(text, rules=PrivateRules(columns=columns))[1]
        assert not [f for f in again if f.startswith(f"CS404 {severity}") and HINT in f]


@pytest.mark.parametrize(
    ("text", "entries", "findings"),
    [
        # Remarks above and below the headings.
        ("# x,y\nservice,port\n# old\na,8001\n#b,8002\n", "a 8001/tcp", []),
        ("service,port\n\"#a\",8001\n", "#a 8001/tcp", []),
        # Rows that only look like headings.
        ("20/21,FTP,files\n22,SSH,shell\n", "",
         ['CS404 error 1:1 no column "port": the headings are "20/21", "FTP", "files"; the first'
          " row looks like an entry: a list needs headings, such as service,port"]),
        # A heading of its own.
        ("Name,Patch port\na,4\nb,5\n", "",
         ['CS404 error 1:1 no column "port": the headings are "Name", "Patch port"; '
          + HINT + ' {port = "Patch port"} reads it']),
        ("Port,Proto,,Note\n9,,UDP,wol\n10,,TCP,x\n", "wol 9/tcp; x 10/tcp",
         ['CS020 error 2:4 "UDP" has no heading']),
        ("Anwendung,Anschluss\nweb,8001\napi,8002\n", "",
         ['CS404 error 1:1 no column "port": the headings are "Anwendung", "Anschluss"; '
          + HINT + ' {name = "Anwendung", port = "Anschluss"} reads it']),
        ("service,MinIO port\na,9000\n", "a 9000/tcp", []),
        ("service,port number of service,owner\na,9000,x\n", "a 9000/tcp", []),
        *((f"service,port,{heading}\na,8001,9000\nb,8002,9010\n", "a 8001/tcp; b 8002/tcp",
           [f'CS404 warning 1:14 "{heading}" is not read{reason}; {HINT}'
            f' {{port = ["port", "{heading}"]}} reads it'])
          for heading, reason in (
              ("MinIO port", ""), ("rate limit port", ""), ("speedPort", ""),
              ("port limit", LIKE_PORTS), ("speed", LIKE_PORTS))),
        *((f"service,port,{heading}\na,8001,9000\nb,8002,9000\n", "a 8001/tcp; b 8002/tcp", [])
          for heading in ("port limit", "limit")),
        # The two ends of a range have a column each.
        *((f"service,{headings},owner\na,8500,8510,x\nb,8520,-,y\nc,8530,8530,\nd,,8540\n",
           "a 8500-8510/tcp; b 8520/tcp; c 8530/tcp; d 8540/tcp", [])
          for headings in (
              "start port,end port", "port_start,port_end", "Port (first),Port (last)",
              "portLower,portUpper", "von Port,bis Port", "port,end port", "Ports low,Ports high")),
        ("service,start port,end port\na,8500,8400\nb,8500-8510,8520\nc,x,8006\nd,8020,y\n"
         "e,8030/tcp,8040/tcp\nf,8050,85000\n", "",
         ['CS402 error 2:8 "8400": the range is reversed: it begins at 8500',
          *(f'CS402 error {place} "{value}": expected one port, an end of a range'
            for place, value in (("3:3", "8500-8510"), ("4:3", "x"), ("5:8", "y"),
                                 ("6:3", "8030/tcp"), ("7:8", "85000")))]),
        # All ranges of a row are read, also beside a port.
        ("service,start port,end port,start port,end port\na,8000,8010,9000,9001\n"
         "b,8020,8030,9001,9002\n",
         "a 8000-8010/tcp; a 9000-9001/tcp; b 8020-8030/tcp; b 9001-9002/tcp",
         ['CS401 error 3:13 9001 of 9001-9002/tcp is already listed for "a" on line 2']),
        ("service,start port tcp,end port tcp,start port udp,end port udp\n"
         "a,8000,8010,9000,9000\nb,8020,8030,9000,9000\n",
         "a 8000-8010/tcp; a 9000/udp; b 8020-8030/tcp; b 9000/udp",
         ['CS401 error 3:13 9000/udp is already listed for "a" on line 2']),
        ("service,start port,end port,port\na,8000,8010,8700\nb,8005,8030,8701\n",
         "a 8000-8010/tcp; a 8700/tcp; b 8005-8030/tcp; b 8701/tcp",
         ['CS401 error 3:3 8005-8010 of 8005-8030/tcp is already listed for "a" on line 2']),
        # Ranges without the word port are read where they are configured.
        *((f"service,{first},{last}\na,8500,8510\nb,8520,8530\n", "",
           [f'CS404 error 1:1 no column "port": the headings are "service", "{first}", "{last}"; '
            + HINT + f' {{port = ["{first}", "{last}"]}} reads it'])
          for first, last in (
              ("First", "Last"), ("Range start", "Range end"), ("min port", "max port"),
              ("from", "to"))),
        # So are those of which one end does not look like ports.
        *((f"service,{first},{last}\n{rows}", "",
           [f'CS404 error 1:1 no column "port": the headings are "service", "{first}", "{last}"; '
            + HINT + f' {{port = ["{first}", "{last}"]}} reads it'])
          for first, last, rows in (
              ("min port", "max port", "a,8500,8510\nb,8600,8510\n"), ("min", "max", "a,20,8000\n"),
              ("low", "high", "a,8500,\nb,8600,-\n"))),
        *((f"service,port,{last}\na,8500,8510\nb,8520,8530\n", "a 8500/tcp; b 8520/tcp",
           [f'CS404 error 1:14 "{last}" is not read, and its cells look like ports; '
            + HINT + f' {{port = ["port", "{last}"]}} reads it'])
          for last in ("to", "end", "max port")),
        # From one port to another: a range, or a forwarding.
        *((f"service,{first},{last},transport\nweb,80,8080,tcp\nssh,22,22,tcp\n", "ssh 22/tcp",
           [f'CS402 error 2:5 "80": a range to 8080, or a forwarding? {HINT} {{port ='
            f' ["{first}", "{last}"]}} reads ranges; name only one of the two headings for a'
            " forwarding"])
          for first, last in (
              ("From port", "To port"), ("port from", "port to"), ("portFrom", "portTo"))),
        # A port twice in a cell; other marks than commas between ports.
        ("service,port\na,\"8500, 8500\"\nb,\"8510-8519, 8515/tcp\"\nc,\"8520/tcp, 8520/udp\"\n",
         "a 8500/tcp; a 8500/tcp; b 8510-8519/tcp; b 8515/tcp; c 8520/tcp; c 8520/udp",
         ["CS402 warning 2:10 8500/tcp is twice in one cell",
          "CS402 warning 3:15 8515/tcp is twice in one cell"]),
        *((f"service,port\na,{cell}\n", "",
           [f'CS402 error 2:3 "{cell}": expected a port, a range, or a port with its transport;'
            f" did you mean {meant}?"])
          for cell, meant in (
              ("25/465/587/993/995", "25, 465, 587, 993, 995"), ("80 / 443", "80, 443"),
              ("8500; 8501; 8502; 8503; 8504", "8500, 8501, 8502, 8503, 8504"),
              ("80 and 443", "80, 443"), ("80 & 443 + 8443", "80, 443, 8443"))),
        # Protocols share ports, and a list of them allocates none.
        *((f"{head}\n" + "".join(f"{name},{port}{cell}\n" for name, port in PROTOCOLS[:count])
           + "".join(f"alt,{port}{cell}\n" for port in shared),
           "; ".join(f"{name} {port}/tcp" for name, port in (
               *PROTOCOLS[:count], *(("alt", port) for port in shared))),
           [f'CS401 {level} {count + 2 + index}:5 {port}/tcp is already listed for'
            f' "{PROTOCOLS[index][0]}" on line {index + 2}' for index, port in enumerate(shared)])
          for head, cell, count, shared, level in (
              ("service,port", "", 8, (443, 22, 25), "warning"),
              ("service,port", "", 8, (443, 22), "error"),
              ("service,port", "", 7, (443, 22, 25), "error"),
              *((f"service,port,{column}", ",x", 8, (443, 22, 25), "error")
                for column in ("owner", "group", "Assigned to", "server")))),
        # Each of these protocols counts.
        *(("service,port\n" + "".join(f"{name},{port}\n" for name, port in (
            *protocols, *(("alt", port) for _, port in protocols[:3]))),
           "; ".join(f"{name} {port}/tcp" for name, port in (
               *protocols, *(("alt", port) for _, port in protocols[:3]))),
           [f'CS401 warning {10 + index}:5 {port}/tcp is already listed for "{name}" on line'
            f" {2 + index}" for index, (name, port) in enumerate(protocols[:3])])
          for protocols in (
              (("ftp", 21), ("ssh", 22), ("telnet", 23), ("smtp", 25), ("dns", 53), ("tftp", 69),
               ("http", 80), ("pop3", 110)),
              (("domain", 53), ("ntp", 123), ("imap", 143), ("snmp", 161), ("ldap", 389),
               ("https", 443), ("smb", 445), ("syslog", 514)))),
        # A heading is short.
        (f"service,{'x' * 35} port\na,8500\n", "a 8500/tcp", []),
        (f"service,{'x' * 36} port\na,8500\n", "",
         [f'CS404 error 1:1 no column "port": the headings are "service", "{"x" * 36} port"; '
          + HINT + f' {{port = "{"x" * 36} port"}} reads it']),
        # Other ends, and only one of them.
        ("service,port,start,end\na,8001,2024-01-01,2025-01-01\n", "a 8001/tcp", []),
        ("service,port,from,to\na,8001,lan,dmz\n", "a 8001/tcp", []),
        ("service,port,max\na,8001,9001\nb,8002,9002\n", "a 8001/tcp; b 8002/tcp",
         []),
        ("service,port,metrics\na,8001,9001\nb,8002,9002\n", "a 8001/tcp; b 8002/tcp",
         [UNREAD.format("1:14", '"metrics"', '{port = ["port", "metrics"]} reads it')]),
    ],
)  # fmt: skip
def test_csv_under_headings_of_its_own(text: str, entries: str, findings: list[str]) -> None:
    assert read(text, "p.csv") == (entries, findings)


def test_a_column_that_is_none_of_transports_is_reported_once() -> None:
    rows = [f"s{n},{8000 + n},{('http', 'grpc')[n % 2]}" for n in range(11)]
    entries, found = read(table("Service,Port,Protocol", *rows, "a,8100,tcp", "b,8101,tpc"))
    assert entries == "a 8100/tcp"
    words = "expected tcp, udp, sctp or dccp"
    assert found == [
        f'CS403 error 3:10 "http" is not a transport: {words}; transports = "loose" in'
        " [audit.private] takes it for tcp; neither is any of 10 other values",
        f'CS403 error 15:9 "tpc" is not a transport: {words}; did you mean tcp?',
    ]
    assert len(read(table("Service,Port,Protocol", *rows[:10]))[1]) == 10


def test_a_text_that_is_no_port_is_reported_once() -> None:
    rows = [f"s{n},(proxy)" for n in range(11)]
    expected = "expected a port, a range, or a port with its transport"
    assert read(table("Service,Port", "a,8100", *rows, "b,soon", "c,85o0")) == (
        "a 8100/tcp",
        [
            f'CS402 error 4:5 "(proxy)": {expected}; 10 other cells have the same',
            f'CS402 error 15:4 "soon": {expected}',
            f'CS402 error 16:4 "85o0": {expected}',
        ],
    )
    assert len(read(table("Service,Port", "a,8100", *rows[:10]))[1]) == 10
    # Where there is no port at all, different texts are one finding, too.
    texts = [f"s{n},t{n}" for n in range(11)]
    assert read(table("Service,Port", *texts)) == (
        "",
        [f'CS402 error 3:5 "t0": {expected}; neither is any of 10 other values'],
    )
    assert len(read(table("Service,Port", *texts[:10]))[1]) == 10
    assert len(read(table("Service,Port", "a,8100", *texts))[1]) == 11


@pytest.mark.parametrize(
    ("text", "columns", "advice"),
    [
        ("Service,Port\nweb,8001\n", {"name": "Servce", "port": "Port", "group": "Team"},
         ' {name = "Service", port = "Port"} reads it'),
        ("Service,First,Last,Note\nweb,8001,8003,x\n", {"port": ["First", "Last"], "owner": "By"},
         ""),
    ],
)  # fmt: skip
def test_advice_leaves_out_configured_headings_that_a_list_lacks(
    text: str, columns: dict[str, str | list[str]], advice: str
) -> None:
    _, findings = read(text, "p.csv", PrivateRules(columns=columns))
    assert [f.partition(HINT)[2] for f in findings][-1] == advice


def test_two_configured_ends_are_a_range() -> None:
    for first, last in (
        ("First", "Last"),
        ("From port", "To port"),
        ("min", "max"),
        ("port", "to"),
    ):
        rules = PrivateRules(columns={"port": [first, last]})
        text = f"service,{first},{last}\nweb,8001,8003\n"
        assert read(text, "p.csv", rules) == ("web 8001-8003/tcp", [])


def test_columns_of_the_configuration_are_all_that_is_read_of_ports() -> None:
    rules = PrivateRules(columns={"port": ["Host Port", "Host Port"], "name": "What"})
    text = table("What,Host Port,Metrics", "a,8001,9001", "b,8002,9002")
    assert read(text, rules=rules) == ("a 8001/tcp; b 8002/tcp", [])
    text += table("Wer,Host Port", "c,8003", "dd,8004")
    assert read(text, rules=rules)[1] == [
        'CS404 error 6:1 no column "What": the headings are "Wer", "Host Port"; '
        + HINT + ' {name = ["What", "Wer"], port = "Host Port"} reads these tables'
    ]  # fmt: skip


@pytest.mark.parametrize(
    "unit", ["- ", "-: ", "- port ", "<td ", "<td>", "+-", "+---", "`", "* `1"]
)
def test_long_lines_cost_no_more_than_their_length(unit: str) -> None:
    text = "|Service|Port|\n|-|-|\n|web|8001|\n\n" + unit * 200_000 + "\n"
    assert read(text)[0] == "web 8001/tcp"


def test_of_many_tables_that_are_not_read_the_rest_is_counted() -> None:
    text = USUAL + table("Dienst,Anschluss", "api,6002", "db,6003") * 1003
    found = read(text)[1]
    assert len(found) == 1001
    assert found[-1] == "CS404 warning 5005:1 3 more tables with ports are not read"
