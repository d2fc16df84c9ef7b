"use strict";
(() => {
  const TRANSPORTS = ["tcp", "udp", "sctp", "dccp"];
  // Indexes of a finding's values in its list; html.py writes them in this order.
  const [CODE, SEVERITY, STATUS, PLACE, ABOUT, MESSAGE, PORT, PIECE, RELATED, REASON] = Array(10).keys();
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const make = (tag, text, kind) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const number = (value) => value.toLocaleString("en");

  // -- findings ---------------------------------------------------------------------------------

  let onlyPort = null;
  const covers = (finding, port) => {
    const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(finding[PORT]);
    return range !== null && port >= +range[1] && port <= +(range[2] || range[1]);
  };
  const groups = [...document.querySelectorAll("details.rule")];
  const byCode = new Map();

  const chosen = (id) => new Set([...document.querySelectorAll(`#${id} input:checked`)].map((box) => box.value));

  const filter = () => {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = chosen("severities");
    const statuses = chosen("statuses");
    byCode.clear();
    let count = 0;
    for (const finding of data.findings) {
      if (!severities.has(String(finding[SEVERITY])) || !statuses.has(finding[STATUS])) continue;
      if (onlyPort !== null && !covers(finding, onlyPort)) continue;
      if (words.length) {
        const text = `${finding[CODE]} ${finding[PLACE]} ${finding[ABOUT]} ${finding[MESSAGE]} ${finding[PIECE][0] || ""}`.toLowerCase();
        if (!words.every((word) => text.includes(word))) continue;
      }
      if (!byCode.has(finding[CODE])) byCode.set(finding[CODE], []);
      byCode.get(finding[CODE]).push(finding);
      count += 1;
    }
    byId("count").textContent = `${number(count)} of ${number(data.findings.length)} findings`;
    for (const group of groups) {
      const findings = byCode.get(group.dataset.code) || [];
      group.hidden = findings.length === 0;
      group.querySelector(".count").textContent = number(findings.length);
      if (group.open) fill(group);
    }
  };

  let step = 200;
  const fill = (group) => {
    const list = group.querySelector("ol");
    list.replaceChildren();
    more(list, byCode.get(group.dataset.code) || [], 0);
  };
  const more = (list, findings, from) => {
    for (const finding of findings.slice(from, from + step)) list.append(entry(finding));
    const left = findings.length - from - step;
    if (left > 0) {
      const button = make("button", `${number(left)} more`);
      button.type = "button";
      button.addEventListener("click", () => { button.remove(); more(list, findings, from + step); });
      list.append(button);
    }
  };
  const entry = (finding) => {
    const item = make("li");
    const head = make("p", "", "place");
    head.append(make("span", finding[PLACE]));
    if (finding[STATUS] !== "open") head.append(make("span", finding[STATUS], "status"));
    const text = make("p");
    if (finding[ABOUT]) text.append(make("b", finding[ABOUT]), ": ");
    text.append(finding[MESSAGE]);
    item.append(head, text);
    const [line, at, length] = finding[PIECE];
    if (line !== undefined) {
      const piece = make("span", line.slice(0, at), "piece");
      piece.append(make("mark", line.slice(at, at + length)), line.slice(at + length));
      item.append(piece);
    }
    for (const [place, message, about] of finding[RELATED]) {
      item.append(make("p", `${place}: ${message}${about ? ": " + about : ""}`, "related"));
    }
    if (finding[REASON]) item.append(make("p", `reason: ${finding[REASON]}`, "related"));
    return item;
  };

  const ofPort = (port) => {
    onlyPort = port;
    const button = byId("of-port");
    button.hidden = port === null;
    button.textContent = port === null ? "" : `port ${port} only: show all`;
    filter();
    if (port !== null) {
      for (const group of groups) if (!group.hidden) group.open = true;
      byId("findings").scrollIntoView();
    }
  };

  if (groups.length) {
    byId("search").addEventListener("input", filter);
    for (const id of ["severities", "statuses"]) byId(id).addEventListener("change", filter);
    byId("of-port").addEventListener("click", () => ofPort(null));
    // On paper nothing can be opened, so all is.
    addEventListener("beforeprint", () => {
      step = Infinity;
      for (const group of groups) {
        if (group.hidden) continue;
        group.open = true;
        fill(group);
      }
    });
    for (const group of groups) group.addEventListener("toggle", () => { if (group.open) fill(group); });
    filter();
  }

  // -- the map ----------------------------------------------------------------------------------

  if (!data.maps.length) return;
  const canvas = byId("canvas");
  const grid = byId("grid");
  let states = {};
  let services = [];
  let port = 443;
  const marked = new Set();
  for (const finding of data.findings) {
    const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(finding[PORT]);
    // A finding on a range is marked at the first port alone.
    if (range !== null && finding[STATUS] === "open") marked.add(+range[1]);
  }

  // The map: squares of 16 by 16 ports, sixteen in a row; a port is 2 pixels wide, and so is a gap.
  const SQUARE = 34;
  const SIDE = 16 * SQUARE - 2;
  const corner = (at) => [
    ((at >> 8) & 15) * SQUARE + (at & 15) * 2,
    (at >> 12) * SQUARE + ((at >> 4) & 15) * 2,
  ];

  const decode = (runs) => {
    const ports = new Uint8Array(65536);
    let at = 0;
    for (let i = 0; i < runs.length; i += 2) {
      ports.fill(runs[i + 1], at, at + runs[i]);
      at += runs[i];
    }
    return ports;
  };
  const load = (index) => {
    const map = data.maps[index];
    states = {};
    for (const transport of TRANSPORTS) states[transport] = decode(map.runs[transport]);
    services = map.services;
  };
  const transport = () => document.querySelector("#transport input:checked").value;

  const kind = (at, protocol) => {
    if (protocol !== "all") {
      const state = states[protocol][at];
      return state === 3 ? (protocol === "tcp" || protocol === "udp" ? protocol : "other") : ["nothing", "unassigned", "reserved"][state];
    }
    const tcp = states.tcp[at] === 3;
    const udp = states.udp[at] === 3;
    if (tcp && udp) return "both";
    if (tcp) return "tcp";
    if (udp) return "udp";
    if (states.sctp[at] === 3 || states.dccp[at] === 3) return "other";
    const strongest = Math.max(...TRANSPORTS.map((word) => states[word][at]));
    return ["nothing", "unassigned", "reserved"][strongest];
  };

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const palette = {};
    for (const name of ["both", "tcp", "udp", "other", "reserved", "unassigned", "nothing", "mark"]) {
      const hex = style.getPropertyValue(`--${name}`).trim();
      palette[name] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    }
    return palette;
  };

  const draw = () => {
    const context = canvas.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    const colour = colours();
    const protocol = transport();
    const marks = byId("marks").checked;
    for (let at = 0; at < 65536; at += 1) {
      const [red, green, blue] = colour[marks && marked.has(at) ? "mark" : kind(at, protocol)];
      const [left, top] = corner(at);
      for (const place of [0, 1, SIDE, SIDE + 1]) {
        const byte = (top * SIDE + left + place) * 4;
        image.data[byte] = red;
        image.data[byte + 1] = green;
        image.data[byte + 2] = blue;
        image.data[byte + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
    legend(protocol);
    show(port, false);
  };

  const legend = (protocol) => {
    const words = protocol === "all"
      ? [["both", "Assigned on tcp and udp"], ["tcp", "Assigned on tcp"], ["udp", "Assigned on udp"], ["other", "Assigned on sctp or dccp alone"]]
      : [[protocol === "tcp" || protocol === "udp" ? protocol : "other", `Assigned on ${protocol}`]];
    words.push(["reserved", "Reserved"], ["unassigned", "Unassigned"], ["nothing", "not mentioned"], ["mark", "open finding"]);
    byId("legend").replaceChildren(...words.map(([name, text]) => {
      const item = make("li");
      const box = make("i");
      box.style.setProperty("background", `var(--${name})`);
      item.append(box, text);
      return item;
    }));
  };

  const cells = [];
  for (let row = 0; row < 16; row += 1) {
    const line = make("div");
    line.setAttribute("role", "row");
    line.style.setProperty("display", "contents");
    for (let column = 0; column < 16; column += 1) {
      const cell = make("button");
      cell.type = "button";
      cell.tabIndex = -1;
      cell.setAttribute("role", "gridcell");
      cells.push(cell);
      line.append(cell);
    }
    grid.append(line);
  }

  const range = (at) => (at < 1024 ? "System Ports" : at < 49152 ? "User Ports" : "Dynamic Ports");
  const servicesAt = (at) => services.filter(([low, high]) => low <= at && at <= high);

  const show = (at, focus) => {
    const before = cells[port % 256];
    before.tabIndex = -1;
    before.setAttribute("aria-selected", "false");
    port = at;
    const first = at - (at % 256);
    const protocol = transport();
    const marks = byId("marks").checked;
    const here = byId("here").style;
    const percent = (pixels) => `${(pixels / SIDE) * 100}%`;
    const [left, top] = corner(first);
    here.setProperty("left", percent(left - 3));
    here.setProperty("top", percent(top - 3));
    here.setProperty("width", percent(SQUARE + 4));
    here.setProperty("height", percent(SQUARE + 4));
    byId("block").textContent = `ports ${first} to ${first + 255}`;
    cells.forEach((cell, index) => {
      const here = first + index;
      const isMarked = marks && marked.has(here);
      cell.className = kind(here, protocol) + (isMarked ? " marked" : "");
      cell.setAttribute("aria-label", `port ${here}${isMarked ? ", with findings" : ""}`);
      cell.setAttribute("aria-selected", String(here === at));
    });
    const cell = cells[at % 256];
    cell.tabIndex = 0;
    if (focus) cell.focus();
    describe(at);
  };

  const describe = (at) => {
    const box = byId("port");
    box.replaceChildren(make("h3", `Port ${at}`), make("p", range(at), "dim"));
    const list = make("dl");
    for (const word of TRANSPORTS) {
      const bit = 1 << TRANSPORTS.indexOf(word);
      const names = servicesAt(at).filter((service) => service[3] & bit).map((service) => service[2]);
      list.append(make("dt", word), make("dd", names.length ? names.join(", ") : data.states[states[word][at]]));
    }
    box.append(list);
    const count = data.findings.filter((finding) => covers(finding, at)).length;
    if (count) {
      const button = make("button", `${count} ${count === 1 ? "finding" : "findings"}`);
      button.type = "button";
      button.addEventListener("click", () => open(at));
      box.append(button);
    }
  };
  const open = (at) => {
    for (const box of document.querySelectorAll("#statuses input, #severities input")) box.checked = true;
    byId("search").value = "";
    ofPort(at);
  };

  const within = (at) => Math.max(0, Math.min(65535, at));
  grid.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -16, ArrowDown: 16, PageUp: -256, PageDown: 256 };
    if (event.key in moves) show(within(port + moves[event.key]), true);
    else if (event.key === "Home") show(event.ctrlKey ? 0 : port - (port % 256), true);
    else if (event.key === "End") show(event.ctrlKey ? 65535 : port - (port % 256) + 255, true);
    else if (event.key === "Enter") open(port);
    else return;
    event.preventDefault();
  });
  grid.addEventListener("click", (event) => {
    const index = cells.indexOf(event.target);
    if (index >= 0) show(port - (port % 256) + index, true);
  });
  grid.addEventListener("mouseover", (event) => {
    const index = cells.indexOf(event.target);
    if (index >= 0) describe(port - (port % 256) + index);
  });
  grid.addEventListener("mouseleave", () => describe(port));
  const pointed = (event) => {
    const box = canvas.getBoundingClientRect();
    // A gap belongs to the square before it.
    const place = (offset, size) => {
      const pixel = Math.max(0, Math.min(SIDE - 1, (offset / size) * SIDE));
      return [Math.floor(pixel / SQUARE), Math.min(15, Math.floor((pixel % SQUARE) / 2))];
    };
    const [column, x] = place(event.clientX - box.left, box.width);
    const [row, y] = place(event.clientY - box.top, box.height);
    return (row << 12) | (column << 8) | (y << 4) | x;
  };
  canvas.addEventListener("mousemove", (event) => describe(pointed(event)));
  canvas.addEventListener("mouseleave", () => describe(port));
  canvas.addEventListener("click", (event) => show(pointed(event), true));
  byId("transport").addEventListener("change", draw);
  byId("marks").addEventListener("change", draw);
  byId("map-of").addEventListener("change", (event) => { load(+event.target.value); draw(); });
  byId("goto").addEventListener("input", (event) => {
    const at = Number(event.target.value);
    if (/^\d{1,5}$/.test(event.target.value) && at < 65536) show(at, false);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  load(0);
  draw();
})();
