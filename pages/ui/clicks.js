// Says which mark of which chart was clicked: the row by its height, the column or the day by its width. A chart that
// answers stands in a container whose key says of what kind it is.
const STILL = 6; // pixels that a hand moves in a click
const HALF_GROUP = 0.375; // of the room of a category, that bars beside each other take on either side

const middle = (axis, value) => axis._offset + axis.d2p(value);
const at = (axis, place) => axis.p2d(place - axis._offset);

function nearest(values, far) {
  let best = -1;
  values.forEach((value, place) => { if (far(value) < (best < 0 ? Infinity : far(values[best]))) best = place; });
  return best;
}

function columnOf(kind, plot, place) {
  if (kind === "cells") return Math.round(place);
  const bars = plot.data.filter((trace) => trace.type === "bar").length;
  if (kind !== "columns" || bars < 2) return null;
  const within = (place - Math.round(place) + HALF_GROUP) / (2 * HALF_GROUP);
  return Math.min(bars - 1, Math.max(0, Math.floor(within * bars)));
}

function markOf(kind, plot, x, y) {
  const { xaxis, yaxis } = plot._fullLayout;
  if (kind === "line" || kind === "plane") {
    const line = plot.data.find((trace) => trace.customdata);
    const places = line.x.map((value, place) => [middle(xaxis, value), line.y[place] === null ? null : middle(yaxis, line.y[place])]);
    const far = ([left, top]) => top === null ? Infinity : kind === "line" ? Math.abs(left - x) : Math.hypot(left - x, top - y);
    return { row: nearest(places, far), column: null };
  }
  if (kind === "columns") return { row: Math.round(at(xaxis, x)), column: columnOf(kind, plot, at(xaxis, x)) };
  if (y < yaxis._offset || y > yaxis._offset + yaxis._length) return { row: -1, column: null }; // the axis
  const row = yaxis.type === "category" ? 0 : Math.max(0, Math.round(at(yaxis, y)));
  if (kind === "groups") {
    const shares = plot.data.map((trace) => trace.x[row] || 0);
    let sum = 0;
    const column = shares.findIndex((share) => (sum += share) >= at(xaxis, x));
    // A bar alone has its parts as rows.
    return yaxis.type === "category" ? { row: column, column: null } : { row, column: column < 0 ? null : column };
  }
  return { row, column: columnOf(kind, plot, at(xaxis, x)) };
}

const into = (chart) => document.querySelector(`.st-key-into-${chart} button`);

let times = 0; // that a panel was closed

// Once the panel is gone, what has opened it has the focus again, and keeps it while the page is drawn anew.
function giveBack(chart, own, tries = 600, calm = 0) {
  if (own !== times) return; // another one was closed since
  const drawn = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "running";
  const open = document.querySelector('[role="dialog"]'), lost = document.activeElement === document.body;
  if (!open && lost) into(chart)?.focus({ preventScroll: true });
  if (tries && calm < 6) setTimeout(giveBack, 50, chart, own, tries - 1, open || lost || !drawn ? 0 : calm + 1);
}

// A menu that is opened again by the keyboard does not take the focus, as it did the first time.
function enterMenu(button, tries = 200) {
  if (document.activeElement !== button) return;
  const menu = document.querySelector('[role="menu"]');
  if (menu) menu.focus({ preventScroll: true });
  else if (tries) setTimeout(enterMenu, 25, button, tries - 1);
}

export default function ({ data, setTriggerValue }) {
  if (data.times !== times) giveBack(data.closed, times = data.times);
  let down = null;
  const press = (event) => {
    const plot = event.target.closest?.(".js-plotly-plot, li");
    const box = plot?.closest('[class*="st-key-answers-"]');
    down = box && event.button === 0 ? { plot, box, x: event.clientX, y: event.clientY } : null;
  };
  const lift = (event) => {
    if (!down || Math.hypot(event.clientX - down.x, event.clientY - down.y) > STILL) return;
    const { plot, box, x, y } = down, ground = plot.getBoundingClientRect();
    const [, kind, chart] = box.className.match(/st-key-answers-([a-z]+)-([\w-]+)/);
    const mark = kind === "list"
      ? { row: [...plot.parentElement.children].indexOf(plot), column: null }
      : markOf(kind, plot, x - ground.left, y - ground.top);
    if (mark.row < 0) return;
    into(chart)?.focus({ preventScroll: true });
    setTriggerValue("mark", { chart, ...mark });
  };
  const key = (event) => {
    const button = event.target.closest?.('[data-testid="stMenuButtonButton"]');
    if (button && ["Enter", " ", "ArrowDown"].includes(event.key)) setTimeout(enterMenu, 25, button);
  };
  document.addEventListener("keydown", key, true);
  document.addEventListener("pointerdown", press, true);
  document.addEventListener("pointerup", lift, true);
  return () => {
    document.removeEventListener("keydown", key, true);
    document.removeEventListener("pointerdown", press, true);
    document.removeEventListener("pointerup", lift, true);
  };
}
