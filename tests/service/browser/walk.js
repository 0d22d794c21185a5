// Looks at the page as it is scrolled and sized now, and returns what is wrong with it as sentences.
// Run with `page.evaluate`: an object of functions, of which the tests call one.

({
  CONTROLS: 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"], audio, video',
  PRIMARY: "button, input, select, textarea, summary, nav a[href], header a[href], .chip[href], a[data-start]",
  REGIONS: '[tabindex="0"]:not(a, button, input)', // that scroll
  SMALLEST: 24, // CSS pixels, WCAG 2.5.8
  TOUCHED: 44, // CSS pixels, for a finger
  SAMPLES: 3, // of controls that look alike, that are brought to the middle one by one

  name(node) {
    if (!node) return "nothing";
    const text = (node.getAttribute("aria-label") || node.textContent || node.getAttribute("placeholder") || "").trim();
    const id = node.id && !node.closest(".notes") ? `#${node.id}` : "";
    const classes = [...node.classList].map((name) => `.${name}`).join("");
    const shown = `${node.localName}${id}${classes}`;
    return text && text.length < 40 ? `${shown} “${text.replace(/\s+/g, " ")}”` : shown;
  },

  /** The rectangles in the window of what a finger or a pointer would go for. */
  rects(control) {
    const target = control.labels?.[0]?.contains(control) && control.matches("[type=checkbox], [type=radio]")
      ? control.labels[0] : control;
    return [...target.getClientRects()].filter(({ width, height }) => width > 2 && height > 2);
  },

  /** Those of which something is in the window. */
  controls() {
    return [...document.querySelectorAll(this.CONTROLS)].filter((control) => this.isInWindow(control) && this.isOne(control));
  },

  isInWindow(control) {
    const { left, top, right, bottom, width } = control.getBoundingClientRect();
    return width > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  },

  /** Whether it can be seen and used. */
  isOne(control) {
    if (control.disabled || (control.matches("audio, video") && !control.controls)) return false;
    const seen = { contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true };
    if (!control.checkVisibility(seen) || control.closest("[inert]")) return false;
    return getComputedStyle(control).clipPath === "none" && this.rects(control).length > 0;
  },

  /** The nearest ancestor that stays while the page scrolls, or null. */
  bar(node) {
    for (let at = node; at; at = at.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(at).position)) return at;
    }
    return null;
  },

  /** Such an ancestor that stays now; a sticky one may still be on its way to its place. */
  stuckBar(node) {
    const bar = this.bar(node);
    if (!bar) return null;
    const { position, top } = getComputedStyle(bar);
    const isOnItsWay = position === "sticky" && bar.getBoundingClientRect().top > parseFloat(top) + 1;
    return isOnItsWay ? this.stuckBar(bar.parentElement) : bar;
  },

  bars() {
    const selectors = [];
    const read = (rules) => {
      for (const rule of rules) {
        if (["fixed", "sticky"].includes(rule.style?.position)) selectors.push(rule.selectorText);
        if (rule.cssRules) read(rule.cssRules);
      }
    };
    for (const sheet of document.styleSheets) read(sheet.cssRules);
    if (!selectors.length) return [];
    return [...document.querySelectorAll(selectors.join())].filter((node) => {
      return ["fixed", "sticky"].includes(getComputedStyle(node).position) && node.checkVisibility();
    });
  },

  /** Whether a point lies outside of the part that an ancestor which scrolls, or cuts, shows of the control. */
  isCut(control, x, y) {
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return true;
    for (let at = control.parentElement; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflow === "visible") continue;
      const { left, top, right, bottom } = at.getBoundingClientRect();
      if (x < left || y < top || x > right || y > bottom) return true;
    }
    return false;
  },

  /** The centre of a rectangle and, inside its rounded corners, points near these. */
  points({ left, top, width, height }, control) {
    const middle = [left + width / 2, top + height / 2];
    if (control.matches(this.REGIONS)) return [middle];
    const style = getComputedStyle(control);
    const radius = parseFloat(style.borderTopLeftRadius) || 0;
    const inset = 0.3 * Math.min(style.borderTopLeftRadius.endsWith("%") ? Infinity : radius, width / 2, height / 2) + 1.5;
    const [xs, ys] = [[left + inset, left + width - inset], [top + inset, top + height - inset]];
    return [middle, ...xs.flatMap((x) => ys.map((y) => [x, y]))];
  },

  /** What lies on a control at a point, or null. */
  cover(control, x, y) {
    const hit = document.elementFromPoint(x, y);
    if (!hit || hit.contains(control) || control.contains(hit)) return null;
    if (hit.closest("label")?.control === control) return null;
    // Pieces of one drawing may touch, and what is said about a control lies on it for as long as it is pointed at.
    if (control.ownerSVGElement && control.ownerSVGElement === hit.ownerSVGElement) return null;
    return hit;
  },

  covers(control) {
    const found = new Set();
    for (const rect of this.rects(control)) {
      for (const [x, y] of this.points(rect, control)) {
        const cover = this.isCut(control, x, y) ? null : this.cover(control, x, y);
        if (cover) found.add(cover);
      }
    }
    return [...found];
  },

  /** As the page is scrolled now: nothing but a bar lies on a control, and no bar on another or on what is in it. */
  covered() {
    const findings = [];
    for (const control of this.controls()) {
      for (const cover of this.covers(control)) {
        const [own, other] = [this.stuckBar(control), this.bar(cover)];
        if (other && !own) continue; // it can be scrolled out from below the bar
        if (other && own && other.contains(own)) continue;
        findings.push(`${this.name(control)} is covered by ${this.name(cover)}`);
      }
    }
    return [...findings, ...this.barsThatMeet()];
  },

  /** The box of a bar, or of what is in it where the bar itself lets everything through. */
  shownBox(bar) {
    if (getComputedStyle(bar).pointerEvents !== "none") return bar.getBoundingClientRect();
    const boxes = [...bar.children].filter((child) => child.checkVisibility()).map((child) => child.getBoundingClientRect());
    const edge = (name, best) => Math[best](...boxes.map((box) => box[name]));
    return { left: edge("left", "min"), top: edge("top", "min"), right: edge("right", "max"), bottom: edge("bottom", "max") };
  },

  barsThatMeet() {
    const bars = this.bars();
    const findings = [];
    for (const [at, one] of bars.entries()) {
      for (const other of bars.slice(at + 1)) {
        if (one.contains(other) || other.contains(one)) continue;
        if (this.stuckBar(one) !== one || this.stuckBar(other) !== other) continue; // one is still on its way
        const [a, b] = [this.shownBox(one), this.shownBox(other)];
        const wide = Math.min(a.right, b.right, innerWidth) - Math.max(a.left, b.left, 0);
        const high = Math.min(a.bottom, b.bottom, innerHeight) - Math.max(a.top, b.top, 0);
        if (wide > 1 && high > 1) {
          findings.push(`${this.name(one)} and ${this.name(other)} stay where they meet, ${Math.round(high)} px high`);
        }
      }
    }
    return findings;
  },

  /** A few of each kind of control: of those with the same name of element, classes and place. */
  samples() {
    const kinds = new Map();
    for (const control of document.querySelectorAll(this.CONTROLS)) {
      if (control.closest("svg")) continue;
      const kind = [control, control.parentElement].map((node) => `${node.localName}.${node.className}`).join(" in ");
      kinds.set(kind, [...(kinds.get(kind) ?? []), control]);
    }
    return [...kinds.values()].flatMap((alike) => {
      const step = (alike.length - 1) / (this.SAMPLES - 1);
      return alike.length <= this.SAMPLES ? alike : [0, 1, 2].map((at) => alike[Math.round(at * step)]);
    });
  },

  /** Brought to the middle, each control is there, and nothing lies on it. */
  hidden() {
    const findings = [];
    for (const control of this.samples()) {
      control.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      if (!this.isOne(control)) continue;
      for (const cover of this.covers(control)) {
        findings.push(`${this.name(control)} is covered by ${this.name(cover)} even when it is scrolled to the middle`);
      }
      const [{ left, top, width, height }] = this.rects(control);
      const [x, y] = [left + width / 2, top + height / 2];
      if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) {
        findings.push(`${this.name(control)} cannot be scrolled into the window`);
      }
    }
    return findings;
  },

  /** The page scrolls up and down only. */
  wide() {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((node) => {
      const { left, right, width } = node.getBoundingClientRect();
      const at = Math.min(Math.max(left, 0), innerWidth - 1);
      return width && right + scrollX > innerWidth + 0.5 && !this.isCut(node, at, innerHeight / 2);
    });
    const names = wide.slice(0, 3).map((node) => this.name(node)).join(", ");
    return [`the page is ${scrollWidth} px wide, by ${names || "something"}`];
  },

  isInSentence(control) {
    if (!getComputedStyle(control).display.startsWith("inline") || control.matches("button, input, summary")) return false;
    const block = control.closest("p, li, dd, td, th, h1, h2, h3, h4, h5, h6, blockquote, [role=paragraph], .block");
    const walker = document.createTreeWalker(block ?? control, NodeFilter.SHOW_TEXT);
    while (block && walker.nextNode()) {
      const around = walker.currentNode.parentElement;
      if (/\p{L}/u.test(walker.currentNode.data) && !around.closest(this.CONTROLS)) return true;
    }
    return false;
  },

  /** WCAG 2.5.8: 24 px each way, or a circle of 24 px around the centre that meets no other target. */
  small() {
    const targets = this.controls().filter((control) => !control.closest("svg") && !control.matches(this.REGIONS));
    const boxes = new Map(targets.map((target) => [target, this.hitBox(target, this.SMALLEST)]));
    const isSmall = ({ width, height }) => Math.min(width, height) < this.SMALLEST - 0.5;
    const findings = [];
    for (const [target, box] of boxes) {
      if (!isSmall(box) || this.isInSentence(target)) continue;
      const near = targets.find((other) => {
        if (other === target || this.bar(other) !== this.bar(target)) return false;
        if (other.contains(target) || target.contains(other)) return false;
        const of = boxes.get(other);
        const x = Math.max(of.left - box.x, box.x - of.right, 0);
        const y = Math.max(of.top - box.y, box.y - of.bottom, 0);
        if (Math.hypot(x, y) < this.SMALLEST / 2) return true;
        return isSmall(of) && Math.hypot(of.x - box.x, of.y - box.y) < this.SMALLEST;
      });
      if (!near) continue;
      findings.push(`${this.name(target)} has ${box.shown} px, less than ${this.SMALLEST} beside ${this.name(near)}`);
    }
    return findings;
  },

  /** How far a target reaches around its centre, with what belongs to it outside of its box where that is too small. */
  hitBox(control, enough) {
    const [rect] = this.rects(control);
    let { left, top, right, bottom } = rect;
    const [x, y] = [left + rect.width / 2, top + rect.height / 2];
    const hits = (px, py) => {
      const hit = document.elementFromPoint(px, py);
      return hit && (control.contains(hit) || hit.closest("label")?.control === control);
    };
    if (Math.min(rect.width, rect.height) < enough && hits(x, y)) {
      const most = enough;
      while (x - left < most && hits(left - 1, y)) left -= 1;
      while (right - x < most && hits(right + 0.5, y)) right += 1;
      while (y - top < most && hits(x, top - 1)) top -= 1;
      while (bottom - y < most && hits(x, bottom + 0.5)) bottom += 1;
    }
    const [width, height] = [right - left, bottom - top];
    return { left, top, right, bottom, width, height, x, y, shown: `${Math.floor(width)}×${Math.floor(height)}` };
  },

  /** For a finger: the height of what is pressed; of a time in the text, its height or its width. */
  untouchable() {
    const findings = [];
    for (const control of this.controls()) {
      if (!control.matches(this.PRIMARY) || control.closest("svg")) continue;
      const box = this.hitBox(control, this.TOUCHED);
      if (box.top < 0 || box.bottom > innerHeight) continue; // measured where it is in the window
      const isTime = control.matches("[data-start]");
      if (Math.max(box.height, isTime ? box.width : 0) >= this.TOUCHED - 0.5) continue;
      findings.push(`${this.name(control)} has ${box.shown} px, less than ${this.TOUCHED}`);
    }
    return findings;
  },
})
