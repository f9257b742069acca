// Draws each chart in its place; where this does not run, the static pictures stay.
(() => {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const drawn = (place) => document.getElementById(place);
  document.documentElement.classList.add("live");
  const config = { displayModeBar: false, displaylogo: false, responsive: true, showTips: false, showLink: false };
  const draw = (rest) => {
    if (!rest.length) return;
    const [place, figure] = rest[0];
    // This ink is the page's own: the style sheet turns it into that of the light or the dark ground.
    figure.layout.font = { family: 'Inter, "Helvetica Neue", Arial, sans-serif', color: "rgb(1, 2, 3)" };
    window.Plotly.newPlot(drawn(place), figure.data, figure.layout, config)
      .catch(() => document.documentElement.classList.remove("live"))
      .finally(() => setTimeout(draw, 0, rest.slice(1)));
  };
  draw(Object.entries(charts));
})();
