// Draws the figure it is given with plotly's own renderer, embeds the font, and saves or copies the picture.
const loading = {};

function load(path) {
  const url = new URL(path, document.baseURI.replace(/[^/]*$/, ""));
  loading[url] ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { delete loading[url]; reject(new Error("the drawing script did not load")); };
    document.head.append(script);
  });
  return loading[url];
}

async function fontRule(path) {
  const answer = await fetch(new URL(path, document.baseURI.replace(/[^/]*$/, "")));
  if (!answer.ok) return "";
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `<style>@font-face{font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,${btoa(text)})}</style>`;
}

async function drawSvg(data) {
  const plotly = await load(data.script);
  await document.fonts.ready;
  const { width, height } = data.figure.layout;
  const image = await plotly.toImage(data.figure, { format: "svg", width, height, imageDataOnly: true });
  return image.replace(/(<svg[^>]*>)/, `$1${await fontRule(data.font)}`);
}

async function drawPng(data) {
  const { width, height } = data.figure.layout;
  const url = URL.createObjectURL(new Blob([await drawSvg(data)], { type: "image/svg+xml" }));
  const image = new Image();
  await new Promise((resolve, reject) => { image.onload = resolve; image.onerror = reject; image.src = url; });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const ways = {
  png: async (data) => { save(await drawPng(data), `${data.name}.png`); return "Saved"; },
  svg: async (data) => { save(new Blob([await drawSvg(data)], { type: "image/svg+xml" }), `${data.name}.svg`); return "Saved"; },
  copy: async (data) => {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": drawPng(data) })]);
    return "Copied";
  },
};

export default function ({ data, parentElement }) {
  const done = parentElement.querySelector(".done");
  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = async () => {
      button.disabled = true;
      done.textContent = "Drawing …";
      try {
        done.textContent = await ways[button.dataset.as](data);
      } catch (error) {
        done.textContent = button.dataset.as === "copy" ? "This browser does not allow copying; take the PNG." : `Not drawn: ${error.message}`;
      }
      button.disabled = false;
    };
  }
}
