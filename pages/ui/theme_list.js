// Draws the list of themes from data; every string becomes a text node.
function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

const GROUPS = ["detractor", "passive", "promoter"];

function drawRow(row, data, most, open) {
  const button = make("button", `theme${row.part ? " part" : ""}`);
  button.type = "button";
  const isOpen = row.name === data.open;
  if (isOpen) button.setAttribute("aria-current", "true");
  button.tabIndex = isOpen ? 0 : -1;
  const name = make("span", `name${row.apart ? " apart" : ""}`, row.title);
  name.dir = "auto";
  name.title = row.title;
  button.append(name);
  if (row.nps === undefined) {
    button.append(make("span", "n", `n ${row.n}`));
  } else {
    const bar = make("span", "share");
    const filled = make("span", "filled");
    filled.style.width = `${(100 * row.share) / most}%`;
    for (const [place, group] of GROUPS.entries()) {
      const part = make("i", group);
      part.style.width = `${100 * row.parts[place]}%`;
      filled.append(part);
    }
    bar.append(filled);
    button.append(make("span", "nps", row.nps), bar, make("span", "percent", row.percent), make("span", "between", row.between), make("span", "n", `n ${row.n}`));
  }
  button.onclick = () => open(row.name);
  return button;
}

const NARROW = 640, LEAST = 360, UNDER = 34;

function fit(list) {
  const main = list.getRootNode().host?.closest("[data-testid=stMain]");
  if (window.innerWidth <= NARROW) { list.style.maxHeight = ""; return; }
  const top = list.getBoundingClientRect().top + (main ? main.scrollTop : 0);
  list.style.maxHeight = `${Math.max(LEAST, window.innerHeight - top - UNDER)}px`;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".themes");
  const had = list.contains(list.getRootNode().activeElement);
  const most = Math.max(0.01, ...data.rows.map((row) => row.share ?? 0));
  const open = (name) => setTriggerValue("open", name);
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Themes");
  const { scrollTop, scrollLeft } = list;
  list.replaceChildren(...data.rows.map((row) => drawRow(row, data, most, open)));
  list.append(make("p", "key", `Bold: apart beyond chance. ${data.key}`));
  list.scrollTop = scrollTop;
  list.scrollLeft = scrollLeft;
  const current = list.querySelector("[aria-current]");
  if (!current && list.firstChild) list.firstChild.tabIndex = 0;
  if (current && list.dataset.open !== data.open) {
    list.dataset.open = data.open;
    current.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  if (had) current?.focus({ preventScroll: true });
  list.onkeydown = (event) => {
    const lines = [...list.querySelectorAll("button")];
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const at = lines.indexOf(event.target.closest("button"));
    if (!by || at < 0) return;
    event.preventDefault();
    lines[Math.max(0, Math.min(lines.length - 1, at + by))].focus();
  };
  const again = () => fit(list);
  requestAnimationFrame(again);
  window.addEventListener("resize", again);
  return () => window.removeEventListener("resize", again);
}
