// A worker: the exact areas in which two pictures differ, to the pixel. Shades too faint to see are
// counted apart; of pictures with loss, what their noise makes of equal colours does not count.

const TILE = 8; // pixels a side; changes nearer than two tiles are one area
const FAINT = 8; // of 255: browsers draw the same corner anew with such differences
const NOISE = 28; // likewise JPEG
const MOST = 24; // areas told apart
const LARGEST = 16_000_000; // pixels; larger pictures are compared reduced

async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the picture cannot be fetched (${answer.status})`);
  const blob = await answer.blob();
  const head = new Uint8Array(await blob.slice(0, 16).arrayBuffer());
  const isPng = head[0] === 0x89;
  const isLossless = isPng || String.fromCharCode(...head.slice(12, 16)) === "VP8L";
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  return { bitmap, isLossless };
}

function pixels(bitmap, scale) {
  const [width, height] = [Math.max(1, Math.round(bitmap.width / scale)), Math.max(1, Math.round(bitmap.height / scale))];
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}

const differs = (a, b, at, noise) =>
  Math.abs(a[at] - b[at]) > noise || Math.abs(a[at + 1] - b[at + 1]) > noise || Math.abs(a[at + 2] - b[at + 2]) > noise;

/** Changed pixels by tile: how many, and the box around them. */
function tiles(a, b, width, height, noise) {
  const columns = Math.ceil(width / TILE);
  const found = new Map();
  const [one, other] = [new Uint32Array(a.buffer), new Uint32Array(b.buffer)];
  let changed = 0;
  let faint = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (one[at] === other[at]) continue;
      if (!differs(a, b, at * 4, noise)) {
        faint++;
        continue;
      }
      changed++;
      const key = Math.floor(y / TILE) * columns + Math.floor(x / TILE);
      const tile = found.get(key);
      if (tile) {
        tile.n++;
        if (x < tile.left) tile.left = x;
        if (x > tile.right) tile.right = x;
        tile.bottom = y;
      } else found.set(key, { n: 1, left: x, right: x, top: y, bottom: y });
    }
  }
  return { found, columns, changed, faint };
}

function areas(found, columns, reach) {
  const left = new Set(found.keys());
  const made = [];
  for (const start of found.keys()) {
    if (!left.delete(start)) continue;
    const area = { ...found.get(start) };
    const pending = [start];
    while (pending.length) {
      const key = pending.pop();
      const [row, column] = [Math.floor(key / columns), key % columns];
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          const near = (row + dy) * columns + column + dx;
          if (column + dx < 0 || column + dx >= columns || !left.delete(near)) continue;
          const tile = found.get(near);
          area.n += tile.n;
          area.left = Math.min(area.left, tile.left);
          area.right = Math.max(area.right, tile.right);
          area.top = Math.min(area.top, tile.top);
          area.bottom = Math.max(area.bottom, tile.bottom);
          pending.push(near);
        }
      }
    }
    made.push(area);
  }
  return made;
}

const touch = (a, b) => a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;

/** Areas whose boxes lie over each other are one. */
function merged(all) {
  const made = [];
  for (let area of all) {
    for (let i = made.findIndex((each) => touch(each, area)); i >= 0; i = made.findIndex((each) => touch(each, area))) {
      const [other] = made.splice(i, 1);
      area = {
        n: area.n + other.n,
        left: Math.min(area.left, other.left), right: Math.max(area.right, other.right),
        top: Math.min(area.top, other.top), bottom: Math.max(area.bottom, other.bottom),
      };
    }
    made.push(area);
  }
  return made;
}

function told({ found, columns }, scale) {
  let reach = 2;
  let made = merged(areas(found, columns, reach));
  while (made.length > MOST && reach < 32) made = merged(areas(found, columns, (reach *= 2)));
  made.sort((a, b) => b.n - a.n);
  return made.slice(0, MOST).map(({ left, right, top, bottom, n }) => ({
    x: left * scale, y: top * scale, width: (right - left + 1) * scale, height: (bottom - top + 1) * scale, n,
  }));
}

async function compare(before, after) {
  const [one, other] = await Promise.all([load(before), load(after)]);
  const { width, height } = one.bitmap;
  if (width !== other.bitmap.width || height !== other.bitmap.height) {
    return { sizes: [`${width} × ${height}`, `${other.bitmap.width} × ${other.bitmap.height}`] };
  }
  const scale = Math.ceil(Math.sqrt((width * height) / LARGEST));
  const [a, b] = [pixels(one.bitmap, scale), pixels(other.bitmap, scale)];
  const [across, down] = [Math.max(1, Math.round(width / scale)), Math.max(1, Math.round(height / scale))];
  const isExact = one.isLossless && other.isLossless && scale === 1;
  const counted = tiles(a, b, across, down, isExact ? FAINT : NOISE);
  const all = across * down;
  return { width, height, isExact, share: counted.changed / all, faint: isExact ? counted.faint / all : 0, areas: told(counted, scale) };
}

self.addEventListener("message", async ({ data: { id, before, after } }) => {
  try {
    self.postMessage({ id, ...(await compare(before, after)) });
  } catch (error) {
    self.postMessage({ id, error: String(error.message ?? error) });
  }
});
