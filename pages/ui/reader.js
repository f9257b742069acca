// Draws comments from data: every string becomes a text node, so that none is read as HTML.
const states = new WeakMap();

const SHAPES = {
  copy: "M8 8V5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-3M5 8h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z",
  move: "M3 7a1 1 0 0 1 1-1h5l2 2h8a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM9 13.5h6M12.5 11l2.5 2.5-2.5 2.5",
  slide: "M4 5h16v11H4zM12 16v4M8 20h8M12 8v5M9.5 10.5h5",
  done: "M5 12.5l4.5 4.5L19 7.5",
};

function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(name, text, click) {
  const made = make("button", name, text);
  made.type = "button";
  made.onclick = click;
  return made;
}

// The one place where HTML is read: shapes of our own.
function draw(shape) {
  const holder = make("span");
  holder.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${SHAPES[shape]}"></path></svg>`;
  return holder.firstChild;
}

function iconButton(shape, label, click) {
  const made = button("icon", undefined, click);
  made.setAttribute("aria-label", label);
  made.title = label;
  made.append(draw(shape));
  return made;
}

// The browser's own list of goals, over a shape: it is opened by a click and by the keyboard as any list is.
function goalsOf(state, row) {
  const made = make("label", "icon"), list = make("select");
  list.setAttribute("aria-label", "Move to another theme");
  made.title = "Move to another theme";
  list.append(new Option("Move to …", ""), ...state.data.goals.map(([number, name]) => new Option(name, number)));
  list.onchange = () => list.value !== "" && state.send("move", [row.place, Number(list.value)]);
  made.append(draw("move"), list);
  return made;
}

// A comment as it is pasted: its words, its score, who said it.
const asText = (row) => {
  const text = row.text.join("") + (row.over ? " …" : "");
  return `“${text}” (${[`score ${row.score}`, row.who].filter(Boolean).join(", ")})`;
};

async function copy(state, rows) {
  try {
    await navigator.clipboard.writeText(rows.map(asText).join("\n\n"));
    tell(state, rows.length === 1 ? "Copied" : `${rows.length} comments copied`);
  } catch {
    tell(state, "This browser does not allow copying");
  }
}

function tell(state, words) {
  state.status.textContent = words;
  clearTimeout(state.fading);
  state.fading = setTimeout(() => { state.status.textContent = ""; }, 4000);
}

function drawRow(state, row, place) {
  const line = make("li", `row ${row.group}`);
  line.tabIndex = -1;
  const tick = make("input");
  tick.type = "checkbox";
  tick.checked = state.ticked.has(row.place);
  tick.setAttribute("aria-label", "Tick this comment");
  tick.onchange = () => turnTick(state, row, tick.checked);
  const score = make("span", "score", row.score);
  score.title = row.group;
  const words = make("div", "words");
  words.dir = "auto";
  row.text.forEach((piece, at) => words.append(at % 2 ? make("mark", "", piece) : piece));
  if (row.over) {
    words.append(" … ", button("link", `${row.over.toLocaleString("en")} more characters`, () => state.send("whole", row.place)));
  }
  const labels = make("div", "labels");
  if (row.tone) labels.append(make("span", `tone ${row.tone}`, row.tone));
  for (const [name, tone] of row.themes) {
    const label = state.data.opens ? button("label", name, () => state.send("open", name)) : make("span", "label", name);
    if (tone) label.append(" ", make("span", `tone ${tone}`, tone));
    labels.append(label);
  }
  const text = make("div", "text");
  text.append(words);
  if (labels.childElementCount) text.append(labels);
  const who = make("div", "who");
  const known = state.data.rooms && row.who;
  who.append(known ? button("link", row.who, () => state.send("room", row.place)) : row.who);
  who.title = row.who;
  if (known) who.firstChild.title = "All that is known of them";
  const acts = make("div", "acts");
  acts.append(
    iconButton("copy", "Copy this comment", () => copy(state, [row])),
    iconButton(row.quoted ? "done" : "slide", row.quoted ? "On the slides: take it off" : "To slides", () => state.send("quote", [row.place])),
  );
  if (row.quoted) acts.lastChild.classList.add("on");
  if (state.data.goals.length) acts.append(goalsOf(state, row));
  line.append(tick, score, text, who, acts);
  line.onfocus = () => point(state, place, false);
  return line;
}

function turnTick(state, row, on) {
  if (on) state.ticked.set(row.place, row);
  else state.ticked.delete(row.place);
  drawTicked(state);
}

function drawTicked(state) {
  const rows = [...state.ticked.values()];
  state.bar.replaceChildren();
  state.bar.hidden = !rows.length;
  state.said.hidden = Boolean(rows.length);
  if (!rows.length) return;
  state.bar.append(
    `${rows.length} ticked: `,
    button("link", "Copy", () => copy(state, rows)),
    button("link", "To slides", () => state.send("quote", rows.map((row) => row.place))),
    button("link", "Untick", () => {
      state.ticked.clear();
      state.list.querySelectorAll("input").forEach((tick) => { tick.checked = false; });
      drawTicked(state);
    }),
  );
}

// The comment that the keys speak of.
function point(state, place, move = true) {
  const lines = state.list.children;
  if (!lines.length) return;
  state.at = Math.max(0, Math.min(place, lines.length - 1));
  for (const [number, line] of [...lines].entries()) line.classList.toggle("at", number === state.at);
  if (move) {
    lines[state.at].focus({ preventScroll: true });
    show(state, lines[state.at]);
  }
}

// Within the box alone, where there is one: the page stays where it is.
function show({ box }, line) {
  if (!box.classList.contains("tall")) { line.scrollIntoView({ block: "nearest" }); return; }
  const [outer, inner] = [box.getBoundingClientRect(), line.getBoundingClientRect()];
  box.scrollTop += Math.min(0, inner.top - outer.top - 1) + Math.max(0, inner.bottom - outer.bottom + 1);
}

const isTyping = (target) => target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
  || (target.tagName === "INPUT" && target.type !== "checkbox") || target.getAttribute?.("role") === "combobox";

function press(state, event) {
  const [target] = event.composedPath();
  if (event.ctrlKey || event.metaKey || event.altKey || !state.root.isConnected) return;
  // Letters work wherever nothing is typed; arrows, which scroll and go through lists, within the comments alone.
  const inside = state.root.contains(target);
  const dialog = document.querySelector("[role=dialog]");
  if (isTyping(target) || (dialog && !dialog.contains(state.root.getRootNode().host))) return;
  const key = event.key;
  const rows = state.data.rows;
  const does = {
    j: () => step(state, 1), k: () => step(state, -1),
    ...(inside && { ArrowDown: () => step(state, 1), ArrowUp: () => step(state, -1) }),
    c: () => state.at >= 0 && copy(state, state.ticked.size ? [...state.ticked.values()] : [rows[state.at]]),
    x: () => state.at >= 0 && state.list.children[state.at].querySelector("input").click(),
  }[key];
  if (!does) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  does();
}

function step(state, by) {
  const { start, page, total, rows } = state.data;
  const next = state.at + by;
  if (next >= rows.length && start + page < total) return turn(state, start + page, 0);
  if (next < 0 && start > 0 && state.at === 0) return turn(state, start - page, page - 1);
  point(state, state.at < 0 ? 0 : next);
}

function turn(state, start, at) {
  state.goal = { start, at };
  state.send("start", start);
}

function drawFoot(state) {
  const { start, page, total, rows } = state.data;
  state.foot.replaceChildren();
  state.foot.hidden = total <= page;
  if (total <= page) return;
  const number = (one) => one.toLocaleString("en");
  const before = button("act", `Previous ${page}`, () => turn(state, start - page, 0));
  const next = button("act", `Next ${Math.max(0, Math.min(page, total - start - page)) || page}`, () => turn(state, start + page, 0));
  before.disabled = start === 0;
  next.disabled = start + page >= total;
  state.foot.append(before, make("span", "", `${number(start + 1)}–${number(start + rows.length)} of ${number(total)}`), next);
}

function begin(root) {
  const state = { root, ticked: new Map(), at: -1, goal: null };
  const head = make("div", "head");
  state.said = make("span", "said");
  state.keys = make("span", "keys");
  for (const [key, means] of [["j", ""], ["k", "next, back"], ["x", "tick"], ["c", "copy"]]) {
    state.keys.append(make("kbd", "", key), means ? ` ${means}  ` : " ");
  }
  state.hide = button("link", "", () => state.send("bare", !state.data.bare));
  state.status = make("span", "status");
  state.status.setAttribute("role", "status");
  // What can be done with those that are ticked takes the place of the count: nothing moves.
  state.bar = make("span", "bar");
  state.bar.hidden = true;
  head.append(state.said, state.bar, state.hide, state.status, state.keys);
  state.box = make("div", "box");
  state.list = make("ol", "list");
  state.list.setAttribute("aria-label", "Comments");
  state.foot = make("div", "foot");
  state.box.append(state.list, state.foot);
  root.replaceChildren(head, state.box);
  state.onkey = (event) => press(state, event);
  window.addEventListener("keydown", state.onkey, true);
  state.onsize = () => fit(state);
  window.addEventListener("resize", state.onsize);
  return state;
}

const NARROW = 640, LEAST = 360, UNDER = 34;

// The window's height that is left belongs to the comments: the page itself need not be scrolled.
function fit(state) {
  const fits = state.data.tall && window.innerWidth > NARROW;
  state.box.classList.toggle("tall", fits);
  if (!fits) { state.box.style.maxHeight = ""; return; }
  const main = state.root.getRootNode().host?.closest("[data-testid=stMain]");
  const top = state.box.getBoundingClientRect().top + (main ? main.scrollTop : 0);
  state.box.style.maxHeight = `${Math.max(LEAST, window.innerHeight - top - UNDER)}px`;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".reader");
  // A dialog stands outside of what Streamlit tells light from dark: boxes to tick would be white there.
  root.style.colorScheme = getComputedStyle(document.querySelector("[data-testid=stApp]")).colorScheme;
  let state = states.get(root);
  if (!state) states.set(root, (state = begin(root)));
  const other = state.data?.of !== data.of;
  const turned = other || state.data?.start !== data.start;
  if (other) state.ticked.clear();
  state.data = data;
  state.send = setTriggerValue;
  const inside = state.list.contains(root.getRootNode().activeElement);
  state.said.textContent = data.said;
  state.hide.hidden = !data.hides;
  state.hide.textContent = data.bare ? "Mask e-mails and phone numbers" : "Show e-mails and phone numbers";
  state.keys.hidden = !data.rows.length;
  state.list.classList.toggle("moves", data.goals.length > 0);
  state.list.replaceChildren(...data.rows.map((row, place) => drawRow(state, row, place)));
  drawTicked(state);
  drawFoot(state);
  requestAnimationFrame(() => fit(state));
  if (turned) {
    state.box.scrollTop = 0;
    state.at = -1;
  }
  if (state.goal?.start === data.start) {
    point(state, state.goal.at);
    state.goal = null;
  } else if (inside || state.at >= 0) point(state, Math.max(0, state.at), inside);
  return () => {
    window.removeEventListener("keydown", state.onkey, true);
    window.removeEventListener("resize", state.onsize);
    states.delete(root);
  };
}
