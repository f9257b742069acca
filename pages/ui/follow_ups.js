// A list of people to call: every string becomes a text node, so that none is read as HTML.
const states = new WeakMap();

function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, key, click) {
  const made = make("button", "", text);
  made.type = "button";
  if (key) made.append(" ", make("kbd", "", key));
  made.onclick = click;
  return made;
}

function drawRow(state, row, place) {
  const line = make("li", `row ${row.group}`);
  line.tabIndex = -1;
  const tick = make("input");
  tick.type = "checkbox";
  tick.checked = state.marked.has(row.ref);
  tick.setAttribute("aria-label", "Mark");
  tick.onchange = () => mark(state, row.ref, tick.checked);
  const score = make("span", "score", row.score);
  score.title = row.group;
  const who = make("div");
  const name = make("div", "name");
  name.append(make("span", "who", row.name));
  if (row.account) name.append(make("span", "dot", " · "), make("span", "account", row.account));
  name.title = [row.name, row.account].filter(Boolean).join(" · ");
  who.append(name, make("div", "why", row.why));
  const now = make("div", "state");
  now.append(make("b", "", row.owner || "no owner"), make("div", "", row.status));
  if (row.due) now.append(make("div", row.late ? "late" : "", row.due));
  line.append(tick, score, who, now);
  // A handler that gives false would take the tick back.
  line.onclick = (event) => { if (event.target !== tick) point(state, place); };
  return line;
}

function mark(state, ref, on) {
  if (on) state.marked.add(ref);
  else state.marked.delete(ref);
  drawHead(state);
}

function markAll(state) {
  const all = state.data.rows.every((row) => state.marked.has(row.ref));
  state.marked = new Set(all ? [] : state.data.rows.map((row) => row.ref));
  state.list.querySelectorAll("input").forEach((tick) => { tick.checked = !all; });
  drawHead(state);
}

function drawHead(state) {
  const count = state.marked.size;
  state.said.textContent = count ? `${count} marked` : state.data.said;
  state.ways.hidden = !state.data.rows.length;
  state.acts.hidden = !state.data.may;
}

// Those that are marked, else the one that the keys speak of.
const chosen = (state) => (state.marked.size ? [...state.marked] : state.at >= 0 ? [state.data.rows[state.at].ref] : []);

// What was asked for is sent until it is known to be done: a run that is under way would swallow it.
function act(state, what) {
  const refs = chosen(state);
  if (!state.data.may || !refs.length) return;
  state.serial = Math.max(state.serial, state.data.done) + 1;
  state.pending.push([state.serial, what, refs]);
  state.send("acts", state.pending);
}

function point(state, place, look = true) {
  const lines = state.list.children;
  if (!lines.length) return;
  state.at = Math.max(0, Math.min(place, lines.length - 1));
  state.ref = state.data.rows[state.at].ref;
  for (const [number, line] of [...lines].entries()) line.classList.toggle("at", number === state.at);
  const [outer, inner] = [state.box.getBoundingClientRect(), lines[state.at].getBoundingClientRect()];
  state.box.scrollTop += Math.min(0, inner.top - outer.top - 1) + Math.max(0, inner.bottom - outer.bottom + 1);
  if (!look) return;
  clearTimeout(state.looking);
  state.looking = setTimeout(() => state.send("look", state.data.rows[state.at]?.ref), 200);
}

function step(state, by) {
  const { start, page, total, rows } = state.data;
  if (by > 0 && state.at === rows.length - 1 && start + page < total) return state.send("start", start + page);
  if (by < 0 && state.at === 0 && start > 0) return state.send("start", start - page);
  point(state, state.at + by);
}

const isTyping = (target) => target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
  || (target.tagName === "INPUT" && target.type !== "checkbox") || target.getAttribute?.("role") === "combobox";

function press(state, event) {
  const [target] = event.composedPath();
  if (event.ctrlKey || event.metaKey || event.altKey || !state.root.isConnected) return;
  if (event.key === "Enter" && target.closest?.("button, a, input, [role=radio], summary")) return;
  if (isTyping(target) || document.querySelector("[role=dialog]")) return;
  const does = {
    j: () => step(state, 1), k: () => step(state, -1), a: () => markAll(state),
    x: () => state.at >= 0 && state.list.children[state.at].querySelector("input").click(),
    Enter: () => state.at >= 0 && state.send("room", state.data.rows[state.at].ref),
    o: () => act(state, "owner"), d: () => act(state, "due"), s: () => act(state, "status"), m: () => act(state, "mail"),
  }[event.key];
  if (!does) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  does();
}

function drawFoot(state) {
  const { start, page, total, rows } = state.data;
  state.foot.hidden = total <= page;
  const before = button(`Previous ${page}`, "", () => state.send("start", start - page));
  const next = button(`Next ${Math.max(0, Math.min(page, total - start - page)) || page}`, "", () => state.send("start", start + page));
  before.disabled = start === 0;
  next.disabled = start + page >= total;
  const number = (one) => one.toLocaleString("en");
  state.foot.replaceChildren(before, make("span", "", `${number(start + 1)}–${number(start + rows.length)} of ${number(total)}`), next);
}

function begin(root) {
  const state = { root, marked: new Set(), at: -1, pending: [], serial: 0 };
  const head = make("div", "head");
  state.said = make("span", "said");
  state.ways = make("span", "ways");
  for (const [key, means] of [["j", ""], ["k", " next, back "], ["x", " mark "], ["↵", " open"]]) state.ways.append(make("kbd", "", key), means || " ");
  state.acts = make("span", "");
  for (const [text, key, what] of [["Assign", "o", "owner"], ["Due", "d", "due"], ["Status", "s", "status"], ["Mail", "m", "mail"]]) {
    state.acts.append(button(text, key, () => act(state, what)), " ");
  }
  state.acts.prepend(button("Mark all", "a", () => markAll(state)), " ");
  state.status = make("span", "status");
  state.status.setAttribute("role", "status");
  head.append(state.said, state.acts, state.ways, state.status);
  state.box = make("div", "box");
  state.list = make("ol", "list");
  state.list.setAttribute("aria-label", "Follow-ups");
  state.foot = make("div", "foot");
  state.box.append(state.list);
  root.replaceChildren(head, state.box, state.foot);
  state.onkey = (event) => press(state, event);
  window.addEventListener("keydown", state.onkey, true);
  return state;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".calls");
  let state = states.get(root);
  if (!state) states.set(root, (state = begin(root)));
  const turned = state.data?.of !== data.of || state.data?.start !== data.start;
  if (turned) state.marked.clear();
  state.data = data;
  state.send = setTriggerValue;
  state.pending = state.pending.filter(([serial]) => serial > data.done);
  if (state.pending.length) state.send("acts", state.pending);
  state.list.replaceChildren(...data.rows.map((row, place) => drawRow(state, row, place)));
  state.status.textContent = data.told;
  drawHead(state);
  drawFoot(state);
  if (turned) state.box.scrollTop = 0;
  // What the keys speak of stays, whatever was drawn meanwhile.
  const place = (ref) => data.rows.findIndex((row) => row.ref === ref);
  const own = turned ? -1 : place(state.ref);
  point(state, own >= 0 ? own : Math.max(0, place(data.at)), false);
  return () => {
    clearTimeout(state.looking);
    window.removeEventListener("keydown", state.onkey, true);
    states.delete(root);
  };
}
