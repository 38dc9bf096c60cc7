// What Chart.js does not draw itself: intervals, guide lines, names beside points, figures on bars.

import { FONT, colour } from "./charts-look.js";

const font = (size, weight = 500) => `${weight} ${size}px ${FONT()}`;

// Bars from the lower to the upper end of what a share may be.
export const intervals = {
  id: "intervals",
  beforeDatasetsDraw({ ctx, data, scales, chartArea, ...chart }) {
    const it = chart;
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left - 8, chartArea.top - 8, chartArea.width + 16, chartArea.height + 16);
    ctx.clip();
    ctx.lineWidth = 1.25;
    data.datasets.forEach((set, at) => {
      if (it._hiddenIndices?.[at] || set.hidden) return;
      ctx.strokeStyle = set.intervalColor ?? "transparent";
      set.data.forEach((point) => {
        if (!point || point.ylow === undefined) return;
        const x = scales.x.getPixelForValue(point.x);
        line(ctx, x, scales.y.getPixelForValue(point.ylow), x, scales.y.getPixelForValue(point.yhigh));
        if (point.xlow === undefined) return;
        const y = scales.y.getPixelForValue(point.y);
        line(ctx, scales.x.getPixelForValue(point.xlow), y, scales.x.getPixelForValue(point.xhigh), y);
      });
    });
    ctx.restore();
  },
};

// Lines that say where a point would have to lie.
export const guides = (lines) => ({
  id: "guides",
  beforeDatasetsDraw({ ctx, scales }) {
    ctx.save();
    ctx.font = font(10.5);
    ctx.textAlign = "right";
    lines.forEach(({ from, to, label }, at) => {
      ctx.strokeStyle = colour(at ? "--rule-strong" : "--ink-faint");
      ctx.setLineDash(at ? [3, 4] : [6, 4]);
      const [x, y] = [scales.x.getPixelForValue(from[0]), scales.y.getPixelForValue(from[1])];
      const [toX, toY] = [scales.x.getPixelForValue(to[0]), scales.y.getPixelForValue(to[1])];
      line(ctx, x, y, toX, toY);
      ctx.fillStyle = colour("--ink-faint");
      if (label) ctx.fillText(label, toX - 18, toY - 3);
    });
    ctx.restore();
  },
});

// Names beside the points they belong to, shifted off each other.
export const names = {
  id: "names",
  afterDatasetsDraw({ ctx, data, chartArea, ...chart }, _arguments, _options) {
    const taken = [];
    ctx.save();
    ctx.font = font(11, 560);
    ctx.textBaseline = "middle";
    data.datasets.forEach((set, at) => {
      const point = chart._metasets[at]?.data[0];
      if (!point || chart._metasets[at].hidden) return;
      const wide = ctx.measureText(set.label).width;
      const isLeft = point.x + 12 + wide > chartArea.right;
      let y = point.y - 11;
      while (taken.some((each) => Math.abs(each.y - y) < 13 && Math.abs(each.x - point.x) < wide + 24)) y += 13;
      taken.push({ x: point.x, y });
      ctx.textAlign = isLeft ? "right" : "left";
      ctx.lineWidth = 3;
      ctx.strokeStyle = colour("--raised", 0.9);
      ctx.strokeText(set.label, point.x + (isLeft ? -10 : 10), y);
      ctx.fillStyle = colour("--ink");
      ctx.fillText(set.label, point.x + (isLeft ? -10 : 10), y);
    });
    ctx.restore();
  },
};

// Counts on the parts of bars that have room for them.
export const counts = {
  id: "counts",
  afterDatasetsDraw({ ctx, data, ...chart }) {
    ctx.save();
    ctx.font = font(11, 600);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    data.datasets.forEach((set, at) => {
      if (chart._metasets[at].hidden) return;
      chart._metasets[at].data.forEach((bar, row) => {
        const text = set.texts?.[row];
        const { x, y, base, width, height, horizontal } = bar.getProps(["x", "y", "base", "width", "height", "horizontal"]);
        const [wide, high] = horizontal ? [Math.abs(x - base), height] : [width, Math.abs(y - base)];
        if (!text || wide < ctx.measureText(text).width + 8 || high < 14) return;
        const [middle, centre] = horizontal ? [(x + base) / 2, y] : [x, (y + base) / 2];
        ctx.lineWidth = 3.5;
        ctx.strokeStyle = set.halo;
        ctx.strokeText(text, middle, centre);
        ctx.fillStyle = set.ink;
        ctx.fillText(text, middle, centre);
      });
    });
    ctx.restore();
  },
};

// The cells of a confusion matrix: figure, share, and the name of a mistake.
export const squares = (rows) => ({
  id: "squares",
  afterDatasetsDraw({ ctx, ...chart }) {
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    rows.forEach((cells, row) =>
      cells.forEach((cell, column) => {
        const bar = chart._metasets[column].data[row];
        const { x, y, base, height } = bar.getProps(["x", "y", "base", "height"]);
        const left = Math.min(x, base) + 2;
        const [wide, top, high] = [Math.abs(x - base) - 4, y - height / 2 + 2, height - 4];
        if (cell.word) {
          ctx.setLineDash([4, 3]);
          ctx.strokeStyle = colour("--red");
          ctx.lineWidth = 1.5;
          ctx.strokeRect(left, top, wide, high);
        }
        const told = [`${Math.round(cell.share * 100)} %`, ...(cell.word && wide > 110 ? [cell.word] : [])].join(", ");
        ctx.fillStyle = colour("--ink");
        ctx.font = font(15, 620);
        ctx.fillText(cell.n.toLocaleString("en"), left + wide / 2, y - 7);
        ctx.font = font(10.5);
        ctx.fillStyle = colour("--ink-soft");
        ctx.fillText(told, left + wide / 2, y + 9);
      }),
    );
    ctx.restore();
  },
});

function line(ctx, x, y, toX, toY) {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
