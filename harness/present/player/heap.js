// heap.js - the heaps of all policies at any step, from what the page was written with.
//
// A span is [bytes, kind, shape, targets, payload, asked, name]: kind is an index into KINDS, shape one
// into data.shapes, which lists the span's parts as [offset, bytes, kind, name] (an offset below 0 counts
// from the span's end; one of no bytes says that there are more parts than are listed); targets holds an address or -1 for each link among them, in order. The last three
// are there for used spans only. Each step holds what changed: see Heap.apply.

const KINDS = ["meta", "free", "slack", "used", "absent", "unknown"];
const META = 0, FREE = 1, SLACK = 2, USED = 3, ABSENT = 4;
const KEEP_EVERY = 64; // steps between two kept states

class Heap {
  constructor(data, index) {
    this.data = data;
    this.index = index;
    const start = data.policies[index];
    this.kept = [{ step: 0, spans: start.spans, heads: new Map(start.heads.map((h) => [h[0], h])) }];
  }

  // The state after step `step`, counted from 0 within the page: spans, with their addresses, and
  // the heads of lists and trees by their address.
  state(step) {
    const from = this.kept[Math.min(this.kept.length - 1, Math.floor(step / KEEP_EVERY))];
    let state = from;
    for (let i = from.step + 1; i <= step; i++) {
      state = this.apply(state, i);
      if (i % KEEP_EVERY === 0 && this.kept.length === i / KEEP_EVERY) {
        this.kept.push(state);
      }
    }
    return this.measured(state);
  }

  // A step's edits are [index, how many go, [spans that come]], in order, each index one of the
  // state before; its heads are [address, target, name, value], target -1: the head is empty now.
  apply(state, step) {
    const change = this.data.steps[step].p[this.index];
    const spans = [];
    let at = 0;
    for (const [index, gone, come] of change.e) {
      for (; at < index; at++) {
        spans.push(state.spans[at]);
      }
      spans.push(...come);
      at += gone;
    }
    for (; at < state.spans.length; at++) {
      spans.push(state.spans[at]);
    }
    let heads = state.heads;
    if (change.h.length) {
      heads = new Map(heads);
      for (const head of change.h) {
        if (head[1] < 0) {
          heads.delete(head[0]);
        } else {
          heads.set(head[0], head);
        }
      }
    }
    return { step, spans, heads };
  }

  measured(state) {
    if (!state.at) {
      state.at = new Array(state.spans.length);
      let at = 0;
      state.spans.forEach((span, i) => {
        state.at[i] = at;
        at += span[0];
      });
      state.end = at;
    }
    return state;
  }
}

// The index of the span that holds an address, or -1.
function spanAt(state, address) {
  let low = 0, high = state.at.length - 1;
  if (address < 0 || address >= state.end) {
    return -1;
  }
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (state.at[middle] <= address) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

function blockName(span) {
  return typeof span[6] === "number" ? "#" + span[6] : span[6];
}

// The parts of span i in address order: {at, bytes, kind, name, target}. The free bytes of a hole and
// what a requester did not ask for are parts as well.
function partsOf(data, state, i) {
  const span = state.spans[i], at = state.at[i], kind = KINDS[span[1]];
  const parts = [];
  let link = 0;
  for (const [offset, bytes, partKind, name] of data.shapes[span[2]]) {
    const part = { at: at + (offset < 0 ? span[0] + offset : offset), bytes, kind: data.parts[partKind], name: data.names[name] };
    if (part.kind === "link") {
      part.target = span[3][link++];
    }
    parts.push(part);
  }
  if (span[1] === USED) {
    parts.push({ at: at + span[4], bytes: span[5], kind: "payload", name: "payload" });
  }
  parts.sort((a, b) => a.at - b.at);
  const whole = [];
  let next = at;
  const fill = (end) => {
    if (end > next) {
      const beforeBlock = span[1] === USED && next < at + span[4];
      whole.push({ at: next, bytes: end - next,
                   kind: span[1] !== USED ? kind : beforeBlock ? "header" : "padding",
                   name: span[1] !== USED ? kind : beforeBlock ? "header" : "padding" });
    }
  };
  for (const part of parts) {
    if (part.at >= next && part.bytes > 0) {
      fill(part.at);
      whole.push(part);
      next = part.at + part.bytes;
    }
  }
  fill(at + span[0]);
  return whole;
}

// A span in words.
function describeSpan(data, state, i) {
  const span = state.spans[i], where = `at ${state.at[i] + data.base}`;
  switch (span[1]) {
  case USED: return `block ${blockName(span)}: ${span[5]} bytes asked for, in ${span[0]} bytes ${where}`;
  case FREE: return `hole of ${span[0]} bytes ${where}`;
  case SLACK: return `${span[0]} free bytes ${where}, kept for blocks of one size`;
  case META: return `the policy's own data, ${span[0]} bytes ${where}`;
  case 5: return `${span[0]} bytes ${where}, in no live block: the policy does not show what they are`;
  default: return `${span[0]} bytes of address space ${where}, not taken from the system`;
  }
}

// Whether a part is the link of a hole that has no room for it: the policy's own data holds it.
function isListed(part, span) {
  return part.kind === "link" && span[1] === FREE && part.bytes === span[0];
}

function describePart(data, state, i, part) {
  const range = `${part.bytes} byte${part.bytes === 1 ? "" : "s"} at ${part.at + data.base}`;
  const whole = describeSpan(data, state, i);
  let text = `${part.name}, ${range}`;
  if (part.kind === "link") {
    const to = part.target < 0 ? -1 : spanAt(state, part.target);
    const listed = isListed(part, state.spans[i]), there = to < 0 ? "outside" : describeSpan(data, state, to);
    text = listed ? `free, ${range}; ${part.name} on the list` : text;
    text += part.target < 0 ? ": leads nowhere, the end" : listed ? `: the ${there}` : `: holds ${part.target + data.base}, ${there}`;
  } else if (part.kind === "padding") {
    text += ": lost to rounding";
  } else if (part.kind === "free" || part.kind === "slack") {
    text = `free, ${range}`;
  } else if (part.kind === "meta") {
    return whole;
  }
  return `${text}\n${whole}`;
}
