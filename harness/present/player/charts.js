// charts.js - figures over the steps, with the current moment. A line a policy: solid, dashed, dotted.

const DASHES = ["", "7 4", "2 3", "10 3 2 3"];

function niceCeiling(value) {
  if (!(value > 0)) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((m) => m * power).find((v) => v >= value);
}

function shortNumber(value) {
  return value >= 1e6 ? `${+(value / 1e6).toFixed(3)}M` : value >= 1e4 ? `${+(value / 1e3).toFixed(1)}K` : `${+value.toFixed(1)}`;
}

class Chart {
  // lines: [{label, colour, dash, values}], one value a step
  constructor(title, unit, lines, first, go) {
    this.lines = lines;
    this.first = first;
    this.go = go;
    const most = Math.max(...lines.map((l) => Math.max(...l.values))), least = Math.min(...lines.map((l) => Math.min(...l.values)));
    const spread = niceCeiling((most - least) / 4);
    this.low = least > most / 2 ? Math.floor(least / spread) * spread : 0; // the labels say that the axis does not begin at 0
    this.top = this.low ? Math.ceil(most / spread) * spread : niceCeiling(most);
    this.top = this.top > this.low ? this.top : this.low + 1;
    this.element = document.createElement("div");
    this.element.className = "chart";
    const heading = document.createElement("h3");
    heading.textContent = `${title} (${unit})`;
    this.root = svg("svg", { role: "img", "aria-label": `${title} over the steps` });
    this.element.append(heading, this.root);
    this.root.addEventListener("pointerdown", (e) => this.jump(e));
    this.root.addEventListener("pointermove", (e) => e.buttons && this.jump(e));
  }

  get steps() {
    return this.lines[0].values.length;
  }

  x(step) {
    return this.left + (this.width - this.left - 8) * (this.steps > 1 ? step / (this.steps - 1) : 0);
  }

  y(value) {
    return 8 + 112 * (1 - (value - this.low) / (this.top - this.low));
  }

  jump(event) {
    const box = this.root.getBoundingClientRect();
    const share = (event.clientX - box.left - this.left) / (this.width - this.left - 8);
    this.go(Math.round(Math.max(0, Math.min(1, share)) * (this.steps - 1)));
  }

  draw(width) {
    this.width = width;
    this.left = 48;
    this.root.replaceChildren();
    const longest = Math.max(...this.lines.map((l) => l.label.length)), columns = longest * 7 + 40 < (width - this.left) / 2 ? 2 : 1;
    this.root.setAttribute("viewBox", `0 0 ${width} ${142 + 16 * Math.ceil(this.lines.length / columns)}`);
    for (const value of [this.low, (this.low + this.top) / 2, this.top]) {
      this.root.append(svg("line", { class: "axis", x1: this.left, x2: width - 8, y1: this.y(value), y2: this.y(value) }),
                       svgText(shortNumber(value), { x: this.left - 5, y: this.y(value) + 4, "text-anchor": "end" }));
    }
    this.root.append(svgText(this.first, { x: this.left, y: 135 }),
                     svgText(this.first + this.steps - 1, { x: width - 8, y: 135, "text-anchor": "end" }));
    this.lines.forEach((line, n) => {
      // many steps in one pixel are drawn as their least and greatest value
      const points = [], most = Math.max(1, Math.floor(this.steps / (2 * width)));
      for (let i = 0; i < this.steps; i += most) {
        const part = line.values.slice(i, i + most);
        for (const v of most > 1 ? [Math.min(...part), Math.max(...part)] : part) {
          points.push(`${this.x(i).toFixed(1)},${this.y(v).toFixed(1)}`);
        }
      }
      const style = { class: "line", stroke: `var(--${line.colour})`, "stroke-dasharray": line.dash };
      const x = this.left + (n % columns) * (width - this.left) / 2, y = 151 + 16 * Math.floor(n / columns);
      this.root.append(svg("polyline", { ...style, points: points.join(" ") }),
                       svg("line", { ...style, x1: x, x2: x + 24, y1: y - 4, y2: y - 4 }),
                       svgText(line.label, { x: x + 30, y }));
    });
    this.moment = svg("line", { class: "moment", y1: 4, y2: 122 });
    this.root.append(this.moment);
  }

  mark(step) {
    this.moment.setAttribute("x1", this.x(step));
    this.moment.setAttribute("x2", this.x(step));
  }
}
