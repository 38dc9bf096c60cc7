// The kinds of charts, each a configuration for Chart.js; points carry their address and words.

import { DASHES, FONT, POINTS, colour, filling, onto, toneOf } from "./charts-look.js";
import { counts, guides, intervals, names, squares } from "./charts-parts.js";

const ROW = 30; // pixels a bar takes
const shown = (share) => `${Math.round(share * 100)} %`;
const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const axis = (told, more = {}) => ({
  title: { display: Boolean(told.title), text: told.title, color: colour("--ink-soft"), font: { size: 11 } },
  grid: { color: colour("--rule"), drawTicks: false },
  border: { color: colour("--rule-strong") },
  ticks: { color: colour("--ink-faint"), font: { size: 11 }, padding: 5, maxRotation: 0, ...more.ticks },
  ...(told.min === undefined ? {} : { min: told.min }),
  ...(told.max === undefined ? {} : { max: told.max }),
  ...more.axis,
});

const tooltip = (words) => ({
  backgroundColor: colour("--ink"),
  titleColor: colour("--paper"),
  bodyColor: colour("--paper"),
  displayColors: false,
  padding: 9,
  callbacks: {
    title: ([item]) => words(item).name,
    label: (item) => words(item).says,
  },
});

const legend = (isShown = true) => ({
  display: isShown,
  position: "bottom",
  align: "start",
  labels: { color: colour("--ink-soft"), usePointStyle: true, boxWidth: 9, boxHeight: 9, padding: 12, font: { size: 11.5 } },
});

const common = (plugins, room = 8) => ({
  animation: false,
  maintainAspectRatio: false,
  font: { family: FONT() },
  layout: { padding: { top: room, right: 10 } },
  plugins,
});

const spread = (series, points) => ({
  label: series.name,
  data: points,
  pointStyle: POINTS[series.at % 8],
  radius: 6,
  hoverRadius: 8,
  hitRadius: 8,
  clip: 12,
  borderWidth: 2,
  borderColor: colour(toneOf(series)),
  backgroundColor: colour(toneOf(series), 0.35),
  intervalColor: colour(toneOf(series), 0.55),
  borderDash: DASHES[series.at % 8],
});

function scatter(plot) {
  const all = plot.series.flatMap((each) => each.points);
  const positive = all.map((point) => point.x).filter((x) => x > 0);
  const isLog = plot.x.log && positive.length > 0;
  const least = isLog ? 10 ** (Math.floor(Math.log10(Math.min(...positive)) + 1e-9) - 1) : 0;
  const most = isLog ? 10 ** Math.ceil(Math.log10(Math.max(...positive)) + 1e-9) : undefined;
  const place = (point) => (isLog && !(point.x > 0) ? { ...point, x: least } : point);
  const floor = Math.max(0, Math.floor(Math.min(...all.map((point) => point.ylow)) * 10) / 10);
  const x = isLog ? { title: plot.x.title, min: least, max: most } : plot.x;
  const ticks = {
    callback: (value) => {
      if (plot.x.percent) return shown(value);
      if (!isLog) return value;
      if (value <= least * 1.0001) return "0";
      return Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6) ? value.toLocaleString("en", { maximumFractionDigits: 9 }) : "";
    },
  };
  const words = (item) => ({ name: item.dataset.label, says: item.raw.says });
  return {
    type: "scatter",
    height: 340,
    data: {
      datasets: plot.series.map((each) => ({ ...spread(each, each.points.map(place)), showLine: Boolean(each.line) })),
    },
    options: {
      ...common({ legend: legend(Boolean(plot.series[0]?.line)), tooltip: tooltip(words) }, 22),
      scales: {
        x: axis(x, { ticks, axis: { type: isLog ? "logarithmic" : "linear" } }),
        y: axis({ min: floor, ...plot.y }, { ticks: { callback: shown } }),
      },
    },
    plugins: [intervals, ...(plot.guides ? [guides(plot.guides)] : []), ...(plot.series[0]?.line ? [] : [names])],
  };
}

function lines(plot) {
  const words = (item) => ({ name: item.dataset.label, says: item.raw.says });
  const place = (point, at) => (point ? { ...point, x: plot.columns[at] } : null);
  const lows = plot.series.flatMap((each) => each.points).filter(Boolean).map((point) => point.ylow);
  return {
    type: "line",
    height: 300,
    data: {
      labels: plot.columns,
      datasets: plot.series.map((each) => ({
        ...spread(each, each.points.map(place).filter(Boolean)),
        tension: 0,
        radius: 4.5,
      })),
    },
    options: {
      ...common({ legend: legend(), tooltip: tooltip(words) }),
      scales: {
        x: axis({}, { axis: { type: "category", offset: true }, ticks: { autoSkip: true } }),
        y: axis({ min: Math.max(0, Math.floor(Math.min(...lows) * 10) / 10), max: 1 }, { ticks: { callback: shown } }),
      },
    },
    plugins: [intervals],
  };
}

function bars(plot, wide) {
  const totals = plot.rows.map((_, row) => plot.series.reduce((sum, each) => sum + each.values[row].n, 0));
  const length = (value, row) => (plot.share ? (totals[row] ? value.n / totals[row] : 0) : value.n);
  const most = wide < 500 ? 16 : 30;
  const words = (item) => {
    const { n } = item.dataset.data[item.dataIndex];
    const whole = totals[item.dataIndex];
    return { name: plot.rows[item.dataIndex], says: [`${item.dataset.label}: ${n.toLocaleString("en")} of ${whole.toLocaleString("en")} runs (${shown(whole ? n / whole : 0)})`] };
  };
  const along = axis({ ...(plot.share ? { max: 1 } : {}) }, { axis: { stacked: true }, ticks: plot.share ? { callback: shown } : { precision: 0 } });
  const across = axis({}, {
    axis: { stacked: true, grid: { display: false } },
    ticks: { autoSkip: Boolean(plot.upright), callback: (_, row) => (plot.upright ? plot.rows[row] : cut(plot.rows[row], most)) },
  });
  return {
    type: "bar",
    height: plot.upright ? 280 : 90 + plot.rows.length * ROW,
    data: {
      labels: plot.rows,
      datasets: plot.series.map((each) => ({
        label: each.name,
        data: each.values.map((value, row) => ({ ...value, [plot.upright ? "x" : "y"]: plot.rows[row], length: length(value, row) })),
        parsing: plot.upright ? { xAxisKey: "x", yAxisKey: "length" } : { xAxisKey: "length", yAxisKey: "y" },
        texts: each.values.map((value) => (value.n ? value.n.toLocaleString("en") : "")),
        halo: colour(toneOf(each)),
        ink: onto(toneOf(each)),
        backgroundColor: filling(each),
        hoverBackgroundColor: colour(toneOf(each)),
        borderColor: colour("--raised"),
        borderWidth: 1,
        borderSkipped: false,
        maxBarThickness: 26,
      })),
    },
    options: {
      ...common({ legend: legend(), tooltip: tooltip(words) }),
      indexAxis: plot.upright ? "x" : "y",
      scales: plot.upright ? { x: across, y: along } : { x: along, y: across },
    },
    plugins: [counts],
  };
}

const CELL = { right: "--green", wrong: "--red", open: "--amber" };

function cells(plot, wide) {
  const words = (item) => {
    const cell = plot.cells[item.dataIndex][item.datasetIndex];
    return { name: cell.word ? `${cell.name}: ${cell.word}` : cell.name, says: cell.says };
  };
  const heads = plot.rows.map(([who, said], row) => [...(row && plot.rows[row - 1][0] === who ? [] : [cut(who, wide < 500 ? 18 : 30)]), said]);
  return {
    type: "bar",
    height: 40 + plot.rows.length * 50,
    data: {
      labels: heads,
      datasets: plot.columns.map((name, column) => ({
        label: name,
        data: plot.cells.map((row) => 1),
        hrefs: plot.cells.map((row) => row[column].href),
        backgroundColor: plot.cells.map((row) => colour(CELL[row[column].tone], 0.07 + 0.42 * row[column].share)),
        hoverBackgroundColor: plot.cells.map((row) => colour(CELL[row[column].tone], 0.16 + 0.42 * row[column].share)),
        borderColor: colour("--raised"),
        borderWidth: 2,
        borderSkipped: false,
        barPercentage: 1,
        categoryPercentage: 1,
      })),
    },
    options: {
      ...common({ legend: legend(false), tooltip: tooltip(words) }),
      indexAxis: "y",
      scales: {
        x: axis({ min: 0, max: 3 }, {
          axis: { stacked: true, position: "top", grid: { display: false }, border: { display: false } },
          ticks: { stepSize: 0.5, autoSkip: false, color: colour("--ink-soft"), callback: (at) => (at % 1 === 0.5 ? plot.columns[Math.floor(at)].split(": ") : "") },
        }),
        y: axis({}, { axis: { stacked: true, grid: { display: false } }, ticks: { autoSkip: false, color: colour("--ink-soft") } }),
      },
    },
    plugins: [squares(plot.cells)],
  };
}

const KINDS = { scatter, lines, bars, cells };

// A configuration for Chart.js, with the height that it takes, of what the page says of a chart.
export const configured = (plot, wide) => KINDS[plot.kind](plot, wide);
