// chains.js - free lists and trees as boxes and arrows, followed from their heads by the links that lie
// in the free memory itself.

const NODES_MOST = 400, BOXES_MOST = 24;

// The links of the node that an address leads to: {name: target}.
function linksAt(data, state, address) {
  const i = spanAt(state, address), links = new Map();
  if (i < 0) {
    return { i, links };
  }
  const all = partsOf(data, state, i).filter((p) => p.kind === "link");
  const names = new Set(all.map((p) => p.name));
  // many free objects may lie in one span: then those count that follow the address
  const own = all.length > names.size ? all.filter((p) => p.at >= address) : all;
  for (const part of own) {
    if (!links.has(part.name)) {
      links.set(part.name, part.target);
    }
  }
  // a span with very many parts lists the first of them only
  return { i, links, cut: !links.size && data.shapes[state.spans[i][2]].some(([, bytes]) => bytes === 0) };
}

// Nodes in order, each {address, i, depth, edge}: along "next", or a tree from its root.
function follow(data, state, first) {
  const nodes = [], seen = new Set();
  let more = false;
  const visit = (address, depth, edge) => {
    while (address >= 0) {
      const { i, links, cut } = linksAt(data, state, address);
      // a list may end with a link back to its head, which lies in data without links
      if (i < 0 || seen.has(i + ":" + address) || (state.spans[i][1] === META && !links.size)) {
        return;
      }
      if (nodes.length >= NODES_MOST) {
        more = true;
        return;
      }
      more = more || cut;
      seen.add(i + ":" + address);
      nodes.push({ address, i, depth, edge });
      for (const [name, target] of links) {
        if (name !== "next" && name !== "previous" && name !== "parent") {
          visit(target, depth + 1, name);
        }
      }
      address = links.has("next") ? links.get("next") : -1;
      edge = "next";
    }
  };
  visit(first, 0, "");
  return { nodes, more };
}

function chainElement(title, nodes, more, data, state, changed, looks) {
  const row = document.createElement("div");
  row.className = "chain";
  const put = (cls, text) => {
    const e = document.createElement("span");
    e.className = cls;
    e.textContent = text;
    row.append(e);
    return e;
  };
  put("title", title);
  let boxes = 0;
  for (let n = 0; n < nodes.length && boxes < BOXES_MOST; n++, boxes++) {
    const node = nodes[n];
    let run = 1; // free objects of one span that follow each other share a box
    while (n + 1 < nodes.length && nodes[n + 1].i === node.i && nodes[n + 1].edge === "next") {
      run++;
      n++;
    }
    put("to", node.edge && node.edge !== "next" ? `\u2192 ${node.edge}` : "\u2192");
    const span = state.spans[node.i], look = looks.indexOf(state.at[node.i]);
    const box = put("box" + (node.i === changed ? " now" : ""), (run > 1 ? `${run} in ` : "") + `${span[0]} at ${state.at[node.i] + data.base}`);
    box.title = describeSpan(data, state, node.i) + (look < 0 ? "" : `; looked at ${look + 1}.`);
  }
  put("to", "\u2192");
  put("title", more || boxes === BOXES_MOST ? "more" : nodes.length ? "end" : "empty");
  return row;
}

// All lists of a state; without heads the holes in address order. Returns the heads that are drawn.
function drawChains(box, data, state, changed, looks) {
  box.replaceChildren();
  const told = new Set(); // a second head, such as that of a list's end, leads into the same list
  const drawn = [];
  const heads = [...state.heads.values()].sort((a, b) => a[0] - b[0]);
  for (const head of heads) {
    const [, target, name, value] = head;
    const { nodes, more } = follow(data, state, target);
    if (nodes.length && !told.has(target)) {
      nodes.forEach((node) => told.add(node.address));
      drawn.push(head);
      const title = data.names[name] + (value > 0 ? ` ${value}` : "");
      box.append(chainElement(title, nodes, more, data, state, changed, looks));
    }
  }
  if (!box.childElementCount) {
    const holes = [];
    state.spans.forEach((span, i) => {
      if (span[1] === FREE) {
        holes.push({ address: state.at[i], i, edge: "next" });
      }
    });
    const title = heads.length || data.linked ? "free memory" : "holes by address";
    box.append(chainElement(title, holes, false, data, state, changed, looks));
  }
  return drawn;
}
