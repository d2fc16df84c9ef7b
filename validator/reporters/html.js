"use strict";
(() => {
  const TRANSPORTS = ["tcp", "udp", "sctp", "dccp"];
  const FEW = 20; // of so many hits all are opened
  const byId = (id) => document.getElementById(id);
  const make = (tag, text, kind) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const number = (value) => value.toLocaleString("en");
  const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const checked = (id) => new Set([...document.querySelectorAll(`#${id} input:checked`)].map((box) => box.value));

  // -- changes ----------------------------------------------------------------------------------

  const rows = [...document.querySelectorAll(".changes tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  if (rows.length) {
    const select = () => {
      const words = wordsOf(byId("search-changes").value);
      const kind = byId("kind").value;
      let count = 0;
      for (const { row, text } of rows) {
        const fits = (!kind || row.dataset.kind === kind) && words.every((word) => text.includes(word));
        row.hidden = !fits;
        count += fits;
      }
      const said = byId("count-changes");
      const total = said.dataset.total; // some rows are about several changes
      const unit = total ? `rows, ${total} changes in all` : "changes";
      said.textContent = `${number(count)} of ${number(rows.length)} ${unit}`;
    };
    byId("search-changes").addEventListener("input", select);
    byId("kind").addEventListener("change", select);
    select();
  }

  // -- findings ---------------------------------------------------------------------------------

  const rangeOf = (text) => {
    const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
    return range === null ? null : [+range[1], +(range[2] || range[1])];
  };
  const findings = [...document.querySelectorAll("li.finding")].map((item) => ({
    item,
    group: item.closest("details.rule"),
    severity: item.dataset.severity,
    status: item.dataset.status,
    about: item.dataset.about,
    range: rangeOf(item.dataset.port),
  }));
  const groups = [...document.querySelectorAll("details.rule")];
  const covers = (finding, port) => finding.range !== null && finding.range[0] <= port && port <= finding.range[1];
  // What the page is narrowed to: a test of a finding and its name.
  let only = null;

  const filter = () => {
    const words = wordsOf(byId("search").value);
    const severities = checked("severities");
    const statuses = checked("statuses");
    const counts = new Map();
    let count = 0;
    for (const finding of findings) {
      let fits = severities.has(finding.severity) && statuses.has(finding.status) && (only === null || only.test(finding));
      if (fits && words.length) {
        finding.text ??= `${finding.item.dataset.code} ${finding.group.querySelector(".title").textContent} ${finding.item.textContent}`.toLowerCase();
        fits = words.every((word) => finding.text.includes(word));
      }
      finding.item.hidden = !fits;
      if (fits) counts.set(finding.group, (counts.get(finding.group) || 0) + 1);
      count += fits;
    }
    byId("count").textContent = `${number(count)} of ${number(findings.length)} findings`;
    for (const group of groups) {
      const ofGroup = counts.get(group) || 0;
      group.hidden = ofGroup === 0;
      group.querySelector(".count").textContent = `${number(ofGroup)} ${ofGroup === 1 ? "finding" : "findings"}`;
      if (ofGroup && count <= FEW && (words.length || only !== null)) group.open = true;
    }
    const button = byId("of-one");
    button.hidden = only === null;
    button.textContent = only === null ? "" : `${only.name} only: show all`;
  };
  const showAll = () => {
    for (const box of document.querySelectorAll("#statuses input, #severities input")) box.checked = true;
    byId("search").value = "";
  };
  const narrow = (name, test) => {
    only = { name, test };
    showAll();
    filter();
    byId("findings").scrollIntoView();
  };
  const ofPort = (port) => narrow(`port ${port}`, (finding) => covers(finding, port));

  if (groups.length) {
    byId("search").addEventListener("input", filter);
    for (const id of ["severities", "statuses"]) byId(id).addEventListener("change", filter);
    byId("of-one").addEventListener("click", () => {
      only = null;
      history.replaceState(null, "", location.pathname + location.search);
      filter();
    });
    filter();
  }

  // On paper nothing can be opened, so all is.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.rule, details.table")].filter((one) => !one.hidden && !one.open);
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });

  // -- links into the page: #RF005, #port=443, #record=http%2080%2Ftcp --------------------------

  let goToPort = () => false;
  const follow = () => {
    let target = location.hash.slice(1);
    try {
      target = decodeURIComponent(target);
    } catch {
      return;
    }
    const [kind, ...rest] = target.split("=");
    const value = rest.join("=");
    if (kind === "port") {
      // A page without a map can only list the findings on the port.
      if (byId("data") !== null) {
        if (goToPort(value)) byId("ports").scrollIntoView();
      } else if (/^\d{1,5}$/.test(value) && findings.some((finding) => covers(finding, +value))) ofPort(+value);
    } else if (kind === "record" && groups.length) {
      narrow(value, (finding) => finding.about === value);
    } else {
      const group = groups.find((one) => one.id === target);
      if (group === undefined) return;
      if (group.hidden) {
        only = null;
        showAll();
        filter();
      }
      group.open = true;
      group.scrollIntoView();
    }
  };
  addEventListener("hashchange", follow);

  // -- the map ----------------------------------------------------------------------------------

  const source = byId("data");
  if (source === null) {
    follow();
    return;
  }
  const data = JSON.parse(source.textContent);
  const canvas = byId("canvas");
  const grid = byId("grid");
  let states = {};
  let services = [];
  let port = 443;
  const marked = new Set();
  for (const finding of findings) {
    // A finding on a range is marked at the first port alone.
    if (finding.range !== null && finding.status === "open") marked.add(finding.range[0]);
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

  const colors = () => {
    const style = getComputedStyle(document.documentElement);
    const palette = {};
    for (const name of ["both", "tcp", "udp", "other", "reserved", "unassigned", "nothing", "mark", "halo"]) {
      const hex = style.getPropertyValue(`--${name}`).trim();
      palette[name] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    }
    return palette;
  };

  const draw = () => {
    const context = canvas.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    const color = colors();
    const protocol = transport();
    const marks = byId("marks").checked;
    const paint = (left, top, [red, green, blue]) => {
      if (left < 0 || top < 0 || left >= SIDE || top >= SIDE) return;
      const byte = (top * SIDE + left) * 4;
      image.data.set([red, green, blue, 255], byte);
    };
    const square = (at, margin, rgb) => {
      const [left, top] = corner(at);
      for (let x = -margin; x < 2 + margin; x += 1) for (let y = -margin; y < 2 + margin; y += 1) paint(left + x, top + y, rgb);
    };
    for (let at = 0; at < 65536; at += 1) square(at, 0, color[kind(at, protocol)]);
    // A mark is larger than its port and has a halo: one of the two stands out from any state.
    if (marks) {
      for (const at of marked) square(at, 2, color.halo);
      for (const at of marked) square(at, 1, color.mark);
    }
    context.putImageData(image, 0, 0);
    legend(protocol);
    show(port, false);
  };

  const legend = (protocol) => {
    const words = protocol === "all"
      ? [["both", "Assigned on tcp and udp"], ["tcp", "Assigned on tcp"], ["udp", "Assigned on udp"], ["other", "Assigned on sctp or dccp alone"]]
      : [[protocol === "tcp" || protocol === "udp" ? protocol : "other", `Assigned on ${protocol}`]];
    words.push(["reserved", "Reserved"], ["unassigned", "Unassigned"], ["nothing", "not listed"], ["mark", "open finding"]);
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
    const count = findings.filter((finding) => covers(finding, at)).length;
    if (count) {
      const button = make("button", `${count} ${count === 1 ? "finding" : "findings"}`);
      button.type = "button";
      button.addEventListener("click", () => open(at));
      box.append(button);
    }
  };
  const open = (at) => {
    if (findings.some((finding) => covers(finding, at))) ofPort(at);
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
  // A number or the name of a service; returns whether there is such a port.
  goToPort = (words) => {
    const word = words.trim().toLowerCase();
    const note = byId("goto-note");
    note.textContent = "";
    if (!word) return false;
    if (/^\d+$/.test(word)) {
      const isPort = word.length <= 5 && +word < 65536;
      if (isPort) show(+word, false);
      else note.textContent = `no port ${word.slice(0, 12)}: ports are 0 to 65535`;
      return isPort;
    }
    const exact = services.filter((service) => service[2].toLowerCase() === word);
    const matching = exact.length ? exact : services.filter((service) => service[2].toLowerCase().startsWith(word));
    if (!matching.length) {
      note.textContent = `no service "${words.trim()}" with a port`;
      return false;
    }
    show(matching[0][0], false);
    const others = [...new Set(matching.map((service) => `${service[2]} ${service[0]}`))].slice(1, 6);
    note.textContent = others.length ? `also ${others.join(", ")}` : "";
    return true;
  };
  byId("goto").addEventListener("input", (event) => goToPort(event.target.value));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  byId("ranges").open = false; // open for those without scripts
  load(0);
  // A part of a registry that says nothing of 443 is shown at its first finding.
  if (marked.size && TRANSPORTS.every((word) => states[word][port] === 0)) port = Math.min(...marked);
  draw();
  follow();
})();
