// Who scored what in which wave: every string becomes a text node, so that none is read as HTML.
function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawCell(cell) {
  const made = make("td");
  if (!cell) {
    const none = make("span", "none", "–");
    none.setAttribute("aria-label", "no answer");
    made.append(none);
    return made;
  }
  const score = make("span", `score ${cell.group}`, cell.score);
  score.title = cell.title;
  made.append(score);
  if (cell.n > 1) made.append(make("span", "many", `of ${cell.n}`));
  return made;
}

function drawRow(row, place, open) {
  const line = make("tr"), who = make("th");
  who.scope = "row";
  if (row.opens) {
    const name = make("button", "", row.name);
    name.type = "button";
    name.onclick = () => open(place);
    who.append(name);
  } else who.append(row.name);
  if (row.role) who.append(make("div", "role", row.role));
  line.append(who, ...row.cells.map(drawCell));
  return line;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const head = make("tr");
  for (const name of ["", ...data.columns]) {
    const cell = make("th", "", name);
    cell.scope = "col";
    head.append(cell);
  }
  const table = make("table"), top = make("thead"), body = make("tbody");
  top.append(head);
  body.append(...data.rows.map((row, place) => drawRow(row, place, (at) => setTriggerValue("open", at))));
  table.append(top, body);
  parentElement.querySelector(".grid").replaceChildren(table);
}
